import { BerthError } from '#libs/core/errors.js';
import type { ProjectFiles } from '../project-files.js';
import { pinnedVersion, saidVersion, springBoot, type JavaProject, type Packaging } from './project.js';

const WRAPPER = 'gradle/wrapper/gradle-wrapper.properties';
const BUILD_FILES = ['build.gradle', 'build.gradle.kts'];
const SETTINGS_FILES = ['settings.gradle', 'settings.gradle.kts'];

/** A Gradle app that is built by the wrapper that it brings. */
export interface GradleProject extends JavaProject {
  /** What the wrapper fetches: an address, or a file of the app's own. */
  distribution: string;
  version: string;
}

/** The file by which Gradle is known; null when there is none. */
export function gradleFile(files: ProjectFiles): string | null {
  return [...BUILD_FILES, ...SETTINGS_FILES].find((path) => files.has(path)) ?? null;
}

/**
 * Reads build.gradle, those of its parts, and the wrapper. Throws BerthError `gradle_wrapper_missing`, and `several_modules` when any of
 * several parts may be the app.
 */
export async function readGradle(files: ProjectFiles): Promise<GradleProject> {
  const { distribution, version } = await wrapper(files);
  const parts = await readParts(files);
  const module = startedPart(parts);
  const script = parts.get(module) ?? '';
  const root = parts.get('') ?? '';
  return {
    distribution,
    version,
    module,
    packaging: packagingOf(script, root),
    wanted:
      (await saidVersion(files)) ??
      scriptVersion(script, module) ??
      scriptVersion(root, '') ??
      (await pinnedVersion(files)),
  };
}

/** Gradle comes from a host of its own, so that the app's wrapper is the only way to it. */
async function wrapper(files: ProjectFiles): Promise<{ distribution: string; version: string }> {
  const missing = ['gradlew', WRAPPER, 'gradle/wrapper/gradle-wrapper.jar'].find((path) => !files.has(path));
  if (missing !== undefined)
    throw new BerthError(
      'gradle_wrapper_missing',
      `${gradleFile(files) ?? 'build.gradle'} is there and ${missing} is not: Berth brings no Gradle of its own, the app's wrapper does. ` +
        'Run "gradle wrapper" on your machine, commit gradlew and gradle/wrapper (the jar too) and push again.',
      { details: { file: missing } },
    );
  const line = /^\s*distributionUrl\s*=\s*(\S+)/m.exec((await files.read(WRAPPER)) ?? '')?.[1];
  if (line === undefined)
    throw new BerthError(
      'gradle_wrapper_missing',
      `${WRAPPER} has no distributionUrl, so its wrapper knows no Gradle. Run "gradle wrapper" on your machine, commit the file and push again.`,
      { details: { file: WRAPPER } },
    );
  const distribution = line.replaceAll('\\', '');
  return {
    distribution,
    version: /gradle-([\w.-]+?)-(?:bin|all)\.zip/.exec(distribution)?.[1] ?? distribution,
  };
}

/** Scripts by folder, without comments; the root's is ''. */
async function readParts(files: ProjectFiles): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const paths = files.paths
    .filter(
      (path) => /^(?:[\w.-]+\/){0,3}build\.gradle(?:\.kts)?$/.test(path) && !path.startsWith('buildSrc/'),
    )
    .slice(0, 100);
  for (const path of paths)
    found.set(path.split('/').slice(0, -1).join('/'), plain((await files.read(path)) ?? ''));
  return found;
}

function plain(script: string): string {
  return script.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** The plugins that make a program out of a part; `apply false` only names one for other parts. */
const PLUGINS: readonly [Packaging, RegExp][] = [
  [
    'spring-boot',
    /['"]org\.springframework\.boot['"]|libs\.plugins\.[\w.]*spring[\w.]*boot|libs\.plugins\.springBoot/i,
  ],
  ['quarkus', /['"]io\.quarkus['"]|libs\.plugins\.quarkus/],
  [
    'install',
    /(?:\bid\s*\(?\s*|plugin:\s*)['"](?:application|io\.ktor\.plugin|io\.micronaut\.application)['"]|plugins\s*\{[^}]*\bapplication\b|^\s*application\s*\{|libs\.plugins\.ktor/m,
  ],
];

function pluginOf(script: string): Packaging | null {
  const applied = script
    .split('\n')
    .filter((line) => !/apply\s*\(?\s*false/.test(line))
    .join('\n');
  return PLUGINS.find(([, pattern]) => pattern.test(applied))?.[0] ?? null;
}

function startedPart(parts: ReadonlyMap<string, string>): string {
  const started = [...parts].filter(([, script]) => pluginOf(script) !== null).map(([folder]) => folder);
  if (started.includes('') || parts.size <= 1) return '';
  if (started.length === 1) return started[0] as string;
  if (started.length === 0 && parts.has('')) return '';
  const shown = (started.length === 0 ? [...parts.keys()] : started).slice(0, 8);
  throw new BerthError(
    'several_modules',
    `Of the parts of this Gradle build, ${started.length === 0 ? 'none makes a program' : `${started.length} make a program`} (${shown.join(', ')}). ` +
      `Write a Procfile with the line "web: java -jar ${shown[0]}/build/libs/NAME.jar", naming the one that is the server.`,
    { details: { modules: shown } },
  );
}

function packagingOf(script: string, root: string): Packaging {
  const plugin = pluginOf(script);
  if (plugin !== 'spring-boot') return plugin ?? 'jar';
  const version = /['"]org\.springframework\.boot['"]\s*\)?\s*version\s*\(?\s*['"](\d+)\.(\d+)/;
  return springBoot(version.exec(script) ?? version.exec(root));
}

/** A toolchain is one version and no other: Gradle looks for exactly that. */
function scriptVersion(script: string, module: string): JavaProject['wanted'] {
  const from = `${module === '' ? '' : `${module}/`}build.gradle`;
  const toolchain = /(?:JavaLanguageVersion\.of|jvmToolchain)\s*\(\s*['"]?(\d+)/.exec(script)?.[1];
  if (toolchain !== undefined) return { version: toolchain, from: `The toolchain in ${from}`, exact: true };
  const source =
    /(?:sourceCompatibility|options\.release|targetCompatibility)(?:\.set\s*\(|\s*=)?\s*(?:JavaVersion\.(?:VERSION_)?|['"])?([\d._]+)/.exec(
      script,
    )?.[1];
  return source === undefined ? null : { version: source.replace('_', '.'), from };
}

const TASKS: Record<Packaging, string> = {
  'spring-boot': 'bootJar',
  'spring-boot-old': 'bootJar',
  quarkus: 'quarkusBuild',
  install: 'installDist',
  jar: 'assemble',
};

/** Settings of Berth's own, by their path in the build. */
export const GRADLE_SETTINGS = '/usr/local/share/berth/berth.gradle';

/** Builds the one part that is started, by the app's wrapper; tests are not run. */
export function gradleArgs({ module, packaging }: JavaProject): string[] {
  const part = module === '' ? '' : `:${module.replaceAll('/', ':')}:`;
  const settings = ['--no-daemon', '--console=plain', '--init-script', GRADLE_SETTINGS];
  return ['/bin/sh', './gradlew', ...settings, `${part}${TASKS[packaging]}`];
}

/** Where an administrator gave a mirror for Maven Central, artifacts and plugins of Gradle builds come from there too. */
export const gradleSettings = `def mirror = System.getenv('BERTH_MAVEN_MIRROR')
if (mirror) {
  def lead = { repositories ->
    repositories.all { repository ->
      if (repository instanceof MavenArtifactRepository && repository.url.toString() =~ '^https://repo1?[.]maven([.]apache)?[.]org/') {
        repository.url = mirror
        if (repository.hasProperty('allowInsecureProtocol')) repository.allowInsecureProtocol = true
      }
    }
  }
  settingsEvaluated { settings ->
    if (settings.pluginManagement.repositories.empty) settings.pluginManagement.repositories {
      mavenCentral()
      gradlePluginPortal()
    }
    lead(settings.pluginManagement.repositories)
    if (settings.hasProperty('dependencyResolutionManagement')) lead(settings.dependencyResolutionManagement.repositories)
  }
  allprojects {
    lead(buildscript.repositories)
    lead(repositories)
  }
}
`;
