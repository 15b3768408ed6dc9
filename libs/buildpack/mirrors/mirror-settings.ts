import type { MirrorKind } from '#libs/core/mirrors.js';

/** What makes a build's tools go to one mirror. */
export interface MirrorSettings {
  /** Environment of the commands that run. */
  env: Record<string, string>;
  /** Files that must be there, by their path in the build's stage. */
  files: Record<string, string>;
}

/** Languages by the registries that their builds fetch packages from. */
const REGISTRIES: Readonly<Record<string, readonly MirrorKind[]>> = {
  node: ['npm'],
  function: ['npm'],
  python: ['pypi'],
  go: ['go'],
  java: ['maven'],
  rust: ['crates'],
  // Whatever its commands call; only what an environment variable can say reaches them.
  dockerfile: ['npm', 'pypi', 'go'],
};

/** Registries of packages that a build by this language may ask. */
export function registriesOf(language: string): readonly MirrorKind[] {
  return REGISTRIES[language] ?? [];
}

const MAVEN_SETTINGS = '/usr/local/share/berth/maven-settings.xml';
/** cargo reads the settings of every folder above the app's. */
const CARGO_SETTINGS = '/.cargo/config.toml';

/** How the tools of a kind are told to go to `url`. Images and Debian's packages are no business of a build's own commands. */
export function mirrorSettings(kind: MirrorKind, url: string): MirrorSettings {
  const address = url.replace(/\/+$/, '');
  switch (kind) {
    case 'npm':
      return { env: npm(`${address}/`), files: {} };
    case 'pypi':
      return { env: pypi(`${address}/`), files: {} };
    case 'go':
      return { env: { GOPROXY: `${address},direct` }, files: {} };
    case 'maven':
      return {
        // Gradle's settings read the other one (java/gradle.ts), Maven's wrapper the last.
        env: { MAVEN_ARGS: `-s ${MAVEN_SETTINGS}`, BERTH_MAVEN_MIRROR: `${address}/`, MVNW_REPOURL: address },
        files: { [MAVEN_SETTINGS]: maven(`${address}/`) },
      };
    case 'crates':
      return { env: {}, files: { [CARGO_SETTINGS]: cargo(`${address}/`) } };
    case 'images':
    case 'debian':
      return { env: {}, files: {} };
  }
}

function npm(url: string): Record<string, string> {
  return {
    NPM_CONFIG_REGISTRY: url,
    // A lockfile names the registry that it was written with.
    NPM_CONFIG_REPLACE_REGISTRY_HOST: 'always',
    YARN_NPM_REGISTRY_SERVER: url,
    ...(url.startsWith('http:') && { YARN_UNSAFE_HTTP_WHITELIST: new URL(url).hostname }),
  };
}

function pypi(url: string): Record<string, string> {
  return {
    UV_DEFAULT_INDEX: url,
    PIP_INDEX_URL: url,
    PIPENV_PYPI_MIRROR: url,
    ...(url.startsWith('http:') && { PIP_TRUSTED_HOST: new URL(url).hostname }),
  };
}

function maven(url: string): string {
  return [
    '<settings>',
    '  <mirrors>',
    '    <mirror>',
    '      <id>berth</id>',
    '      <mirrorOf>central</mirrorOf>',
    `      <url>${escapeXml(url)}</url>`,
    // Maven refuses plain HTTP by a mirror of its own; the administrator chose this one.
    '      <blocked>false</blocked>',
    '    </mirror>',
    '  </mirrors>',
    '</settings>',
    '',
  ].join('\n');
}

function cargo(url: string): string {
  return [
    '[source.crates-io]',
    'replace-with = "berth"',
    '',
    '[source.berth]',
    `registry = ${JSON.stringify(`sparse+${url}`)}`,
    '',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
