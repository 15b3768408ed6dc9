type Hint = [pattern: RegExp, hint: string | ((found: RegExpExecArray) => string)];

/** Lockfiles that cannot be read or that disagree with their manifest, beside npm's. */
const LOCKFILES: Hint[] = [
  lockfile(
    /Failed to parse `?uv\.lock|uv\.lock` needs to be updated|lockfile at `uv\.lock`|uv\.lock[^\n]*(?:TOML|expected)/i,
    'uv.lock',
    'pyproject.toml',
    'uv lock',
  ),
  lockfile(
    /pyproject\.toml changed significantly since poetry\.lock|poetry\.lock[^\n]*(?:not up to date|Unable to read|invalid)/i,
    'poetry.lock',
    'pyproject.toml',
    'poetry lock',
  ),
  lockfile(
    /Pipfile\.lock[^\n]*(?:out of date|not valid|corrupt)|JSONDecodeError[\s\S]{0,400}Pipfile\.lock/i,
    'Pipfile.lock',
    'Pipfile',
    'pipenv lock',
  ),
  lockfile(
    /missing go\.sum entry|malformed go\.sum|updates to go\.(?:mod|sum) needed|verifying [^\n]*: checksum mismatch/,
    'go.sum',
    'go.mod',
    'go mod tidy',
  ),
  lockfile(
    /lock file [^\n]*Cargo\.lock needs to be updated|failed to parse lock file|cannot update the lock file/,
    'Cargo.lock',
    'Cargo.toml',
    'cargo update --workspace',
  ),
  lockfile(
    /lock file is not up to date with the latest changes in composer\.json|composer\.lock[^\n]*(?:does not contain valid JSON|Parse error)/i,
    'composer.lock',
    'composer.json',
    'composer update --lock',
  ),
  lockfile(
    /Your lockfile is (?:unreadable|corrupt)|Gemfile\.lock[^\n]*(?:merge conflict|is corrupt)|gemspecs? for [^\n]* changed|deployment mode[\s\S]{0,200}Gemfile\.lock|lockfile [^\n]*can't be updated because frozen/i,
    'Gemfile.lock',
    'Gemfile',
    'bundle lock',
  ),
  [
    /Non-parseable POM/,
    'pom.xml is not well-formed: the line above says where. Mend it ("mvn validate" shows it on your machine), commit it and push again.',
  ],
];

/** What helps with a lockfile, all tools alike. */
function lockfile(pattern: RegExp, file: string, manifest: string, command: string): Hint {
  return [
    pattern,
    `${file} is broken or does not fit ${manifest}: run "${command}" on your machine, commit the file and push again.`,
  ];
}

/** What compiled languages and others print. */
const OTHERS: Hint[] = [
  [
    /Import 'https?:\/\/([\w.-]+)[^']*' failed/,
    ([, host]) =>
      `Deno could not fetch modules from ${host}: where this host does not reach it, import the same from npm ("npm:…"), or write "vendor": true in deno.json, run "deno install" and "deno cache" on your machine, and commit vendor/.`,
  ],
  [
    /Could not find gem '([^' ]+)|Could not reach host [\w.-]+\. Check your network|Gem::RemoteFetcher/,
    'Gems could not be fetched: where this host does not reach the gems’ registry, run "bundle cache" on your machine, commit vendor/cache and push again.',
  ],
  [
    /curl error \d+ while downloading https?:\/\/([\w.-]+)|Failed to clone https?:\/\/([\w.-]+)/,
    ([, ...hosts]) =>
      `Composer could not reach ${hosts.find((host) => host !== undefined)} from this host: run "composer install --no-dev" on your machine, commit vendor/ (take it out of .gitignore) and push again.`,
  ],
  [
    /Downloading (https?:\/\/\S+\/gradle-\S+\.zip)[\s\S]{0,600}(?:Exception|failed)/,
    ([, url]) =>
      `The app's Gradle wrapper could not fetch ${url}: write the address of a mirror that this host reaches as distributionUrl in gradle/wrapper/gradle-wrapper.properties, or the name of the archive itself, committed beside that file.`,
  ],
  [
    /Plugin \[id: '([^']+)'[^\n]*was not found|Could not (?:GET|HEAD) '(https?:\/\/[^/']+)|Could not resolve (\S+:\S+:\S+)\./,
    ([, ...names]) =>
      `Gradle did not find ${names.find((name) => name !== undefined)}: check its name and version in build.gradle, and whether its repository can be reached from this host (mavenCentral() under pluginManagement in settings.gradle has the plugins of Spring Boot, Quarkus and others too).`,
  ],
  [
    /(?:Source|Target) option (\d+) is no longer supported|release version (\d+) not supported/,
    ([, old, wrong]) =>
      `The app is compiled for Java ${old ?? wrong}, which this JDK does not do: write <maven.compiler.source>17</maven.compiler.source> and <maven.compiler.target>17</maven.compiler.target> under <properties> in pom.xml (options.release = 17 in build.gradle), or whichever version from 8 on the app needs.`,
  ],
  [
    /Could not find artifact (\S+)|Plugin (\S+) or one of its dependencies could not be resolved|Could not resolve dependencies for project (\S+)/,
    ([, ...names]) =>
      `Maven did not find ${names.find((name) => name !== undefined)}, or something that it needs: check its name and version in pom.xml, and whether its repository can be reached from this host.`,
  ],
  [
    /Failed to build `([^`]+)`/,
    ([, found]) =>
      `${found} has no build for this Python and could not be compiled: raise its version in requirements.txt (or pyproject.toml) to one that knows it, write 3.11 into .python-version where 3.13 is used, or add a Dockerfile that brings an older Python.`,
  ],
  [
    /without having set the STATIC_ROOT setting/,
    'The settings set STATIC_ROOT only under a condition that does not hold while an image is built: give the variable that they ask for under [build.env] in berth.toml (and under [env], for when the app runs), or write DISABLE_COLLECTSTATIC = "1" there.',
  ],
  [
    /no matching package named `([^`]+)` found/,
    ([, name]) =>
      `Cargo.toml asks for ${name}, which the registry does not have: check its name and version.`,
  ],
  [
    /Because (?:\S+ was not found in the package registry|there is no version of (\S+))|No matching distribution found for (\S+)/,
    ([, one, two]) =>
      `The registry does not have ${one ?? two ?? 'a package of this name'} in a version for this Python: check the line in requirements.txt or pyproject.toml.`,
  ],
  [
    /cyclic package dependency: package `(\S+)[^\n]*/,
    ([, name]) =>
      `The packages of this workspace need each other in a circle that ${name} is part of (the lines above name all of it): take one of the dependencies out of its Cargo.toml, or move what both need into a package of its own.`,
  ],
  [
    /requires rustc (\d[\w.]*) or newer|cannot be built because it requires rustc (\d[\w.]*)/,
    ([, one, two]) =>
      `A crate needs Rust ${one ?? two}: write channel = "${one ?? two}" under [toolchain] in rust-toolchain.toml (rustup then fetches it), or pin an older version of the crate in Cargo.toml and commit Cargo.lock.`,
  ],
  [
    /could not download (?:nonexistent rust version|file from '(https?:\/\/[^/']+))/,
    ([, host]) =>
      host === undefined
        ? 'There is no such Rust: correct rust-toolchain, or rust under [build.versions] in berth.toml.'
        : `rustup could not fetch Rust from ${host}: where this host does not reach it, write a mirror as RUSTUP_DIST_SERVER under [build.env] in berth.toml, or ask for Rust 1.85, which is Debian's.`,
  ],
];

/** What Node's tools and the Engine print, and what helps. */
const HINTS: Hint[] = [
  [
    /can only install with an existing package-lock\.json|EJSONPARSE[\s\S]{0,200}package-lock/,
    'package-lock.json is broken, perhaps by a merge: run "npm install" on your machine, commit the file and push again.',
  ],
  [
    /ERR_PNPM_BROKEN_LOCKFILE|ERR_PNPM_LOCKFILE_(?:MISSING|BREAKING)|ERR_PNPM_OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml is broken or does not fit package.json: run "pnpm install" on your machine, commit the file and push again.',
  ],
  [
    /lockfile needs to be updated|YN0028|YN0047|at Lockfile\.<anonymous>/,
    'yarn.lock is broken or does not fit package.json: run "yarn install" on your machine, commit the file and push again.',
  ],
  [
    /lockfile had changes, but lockfile is frozen|Failed to (?:parse|load) (?:the )?(?:bun )?lockfile|bun\.lock:\d+/i,
    'bun.lock is broken or does not fit package.json: run "bun install" on your machine, commit the file and push again.',
  ],
  [
    /Failed to fetch `[^`]+` from Google Fonts/,
    'next/font/google fetches fonts while it builds, and this host cannot reach them: keep the fonts in the app and use next/font/local.',
  ],
  [
    /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/,
    ([, host]) =>
      `Something in the build wanted ${host}, which cannot be reached from this host: see whether the package that asks for it can be told where to find it, or do without.`,
  ],
  [
    /can only install (?:packages )?when your package\.json and package-lock\.json.*in sync|npm ci.*lock file/is,
    'package.json and package-lock.json disagree: run "npm install", commit package-lock.json and push again.',
  ],
  [
    /ERESOLVE/,
    'npm found versions that exclude each other: run "npm install" on your machine, settle them in package.json and commit the lockfile.',
  ],
  [
    /code E404[\s\S]*?'([^']+)'|E404 Not Found|ERR_PNPM_FETCH_404|Couldn't find package "|YN0035/,
    'A package named in package.json is not in the registry: check its name and version.',
  ],
  [/Missing script: "?([\w:-]+)/, 'package.json has no such script: add it, or correct its name.'],
  [
    /code (?:ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET)|Could not resolve host|dns error|Temporary failure in name resolution|dial tcp(?: [^\n]*)?: (?:lookup|connect|i\/o timeout)/,
    'The package registry could not be reached from the build: check the host’s network, or have its operator give it a mirror (berth mirrors), and try again.',
  ],
  [
    /code EBADENGINE|error[^\n]*Unsupported engine|engine "node" is incompatible|ERR_PNPM_UNSUPPORTED_ENGINE/,
    'A package asks for another version of Node: see "engines" in package.json.',
  ],
  [
    /JavaScript heap out of memory/,
    'Node ran out of its own heap: build less at once, or set NODE_OPTIONS=--max-old-space-size in the build script.',
  ],
  [
    /not found: manifest unknown|pull access denied|failed to resolve source metadata|no such host|failed to do request/,
    'The base image could not be fetched: check its name in FROM, and whether its registry can be reached from this host.',
  ],
  [
    /failed to compute cache key: "(\/app\/[^"]+)" not found/,
    ([, path]) =>
      `Nothing is at ${path}. If the build should make it, write publish under [build] in berth.toml with the folder that it does make; if it is a file of the source: is it committed, and not in .dockerignore?`,
  ],
  [
    /failed to compute cache key.*not found|no such file or directory.*COPY/s,
    'A file named in COPY is not in the source: is it committed, and not in .dockerignore?',
  ],
  [
    /unknown instruction|dockerfile parse error/i,
    'The Dockerfile has an instruction that the Engine does not know: correct that line.',
  ],
];

/** What may be said of many a failure: after everything else. */
const LAST: Hint[] = [
  [
    /\b[1-9]\d* (?:failing|failed)\b|(?:#|ℹ) fail [1-9]|Tests run: \d+, Failures: [1-9]|--- FAIL: |test result: FAILED/,
    'A test failed, and the build ends with it, as its own command says. Run the same command on your machine and mend the test, or leave tests out of the build: command = "…" under [build] in berth.toml.',
  ],
  [
    /exec format error|not found$|no such file or directory: unknown/m,
    'A command of the build does not exist in the image: install it in an earlier step.',
  ],
];

/**
 * What a user may do about a step of a build that failed, from what it printed. Null where nothing is known but the lines themselves.
 */
export function hintFor(text: string): string | null {
  for (const [pattern, hint] of [...LOCKFILES, ...OTHERS, ...HINTS, ...LAST]) {
    const found = pattern.exec(text);
    if (found !== null) return typeof hint === 'string' ? hint : hint(found);
  }
  return null;
}
