import { BerthError } from '#libs/core/errors.js';
import type { ProjectFiles } from '../project-files.js';

/** What makes the result of a build something that can be started. */
export type Packaging = 'spring-boot' | 'spring-boot-old' | 'quarkus' | 'install' | 'jar';

/** What builds it. */
export type JavaTool = 'maven' | 'gradle';

/** What an app's pom.xml or build.gradle files say. */
export interface JavaProject {
  /** Folder of the module that is started, empty for the root. */
  module: string;
  packaging: Packaging;
  /** The version that it asks for, and where. */
  wanted: Wanted | null;
}

export interface Wanted {
  version: string;
  from: string;
  /** This very version and no newer one. */
  exact?: boolean;
}

/** Spring Boot from here on takes its jar apart by itself. */
const TOOLS_SINCE = [3, 3] as const;

/** Reads pom.xml and those of its modules. Throws BerthError `several_modules` when any of them may be the app. */
export async function readProject(files: ProjectFiles): Promise<JavaProject> {
  const root = plain((await files.read('pom.xml')) ?? '');
  const module = await startedModule(files, root);
  const pom = module === '' ? root : `${plain((await files.read(`${module}/pom.xml`)) ?? '')}\n${root}`;
  return { module, packaging: packagingOf(pom), wanted: await wantedVersion(files, pom) };
}

/** Without comments; exclusions name what is not there. */
function plain(xml: string): string {
  return xml.replace(/<!--[\s\S]*?-->/g, '').replace(/<exclusions>[\s\S]*?<\/exclusions>/g, '');
}

async function startedModule(files: ProjectFiles, root: string): Promise<string> {
  const list = /<modules>([\s\S]*?)<\/modules>/.exec(root)?.[1] ?? '';
  const modules = [...list.matchAll(/<module>\s*([^<\s]+)\s*<\/module>/g)]
    .map((match) => (match[1] as string).replace(/^\.\//, '').replace(/\/(?:pom\.xml)?$/, ''))
    .filter((folder) => files.has(`${folder}/pom.xml`))
    .slice(0, 100);
  if (modules.length === 0) return '';
  const started: string[] = [];
  for (const folder of modules) {
    const pom = plain((await files.read(`${folder}/pom.xml`)) ?? '');
    if (isStarted(pom)) started.push(folder);
  }
  if (started.length === 1) return started[0] as string;
  throw new BerthError(
    'several_modules',
    started.length === 0
      ? `pom.xml has the modules ${modules.slice(0, 8).join(', ')}, and none of them makes a program (with spring-boot-maven-plugin, quarkus-maven-plugin or a mainClass). Write a Procfile with the line "web: java -jar MODULE/target/NAME.jar".`
      : `pom.xml has ${started.length} modules that make a program: ${started.slice(0, 8).join(', ')}. Write a Procfile with the line "web: java -jar ${started[0]}/target/NAME.jar", naming the one that is the server.`,
    { details: { modules: started.length === 0 ? modules : started } },
  );
}

function isStarted(pom: string): boolean {
  return /spring-boot-maven-plugin|quarkus-maven-plugin|<mainClass>/.test(pom);
}

function packagingOf(pom: string): Packaging {
  if (/quarkus-maven-plugin/.test(pom)) return 'quarkus';
  if (!/spring-boot-maven-plugin/.test(pom)) return 'jar';
  return springBoot(
    /<artifactId>spring-boot-starter-parent<\/artifactId>\s*<version>\s*(\d+)\.(\d+)/.exec(pom) ??
      /<spring-boot\.version>\s*(\d+)\.(\d+)/.exec(pom),
  );
}

/** @param version match of a version's first two numbers */
export function springBoot(version: RegExpExecArray | null): Packaging {
  if (version === null) return 'spring-boot-old';
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [least, since] = TOOLS_SINCE;
  return major > least || (major === least && minor >= since) ? 'spring-boot' : 'spring-boot-old';
}

const PROPERTIES = [
  'maven.compiler.release',
  'java.version',
  'maven.compiler.target',
  'maven.compiler.source',
];

async function wantedVersion(files: ProjectFiles, pom: string): Promise<Wanted | null> {
  return (await saidVersion(files)) ?? pomVersion(pom) ?? pinnedVersion(files);
}

/** What was written for platforms like this one comes before what the tool reads. */
export async function saidVersion(files: ProjectFiles): Promise<Wanted | null> {
  const said = files.settings.build.versions['java'];
  if (said !== undefined) return { version: said, from: 'berth.toml' };
  const heroku = /^\s*java\.runtime\.version\s*=\s*(\S+)/m.exec(
    (await files.read('system.properties')) ?? '',
  )?.[1];
  return heroku === undefined ? null : { version: heroku, from: 'system.properties' };
}

function pomVersion(pom: string): Wanted | null {
  for (const name of PROPERTIES) {
    const value = new RegExp(`<${name.replaceAll('.', '\\.')}>\\s*([\\d.]+)\\s*<`).exec(pom)?.[1];
    if (value !== undefined) return { version: value, from: `${name} in pom.xml` };
  }
  const release = /<(?:release|source)>\s*([\d.]+)\s*</.exec(pom)?.[1];
  return release === undefined ? null : { version: release, from: 'pom.xml' };
}

/** A hint to tools on the author's machine. */
export async function pinnedVersion(files: ProjectFiles): Promise<Wanted | null> {
  const pinned = ((await files.read('.java-version')) ?? '').trim();
  return pinned === '' ? null : { version: pinned.replace(/^\D*/, ''), from: '.java-version' };
}

/** Versions that there are stacks for; infra/stacks/java.mjs says the same. */
const MAJORS = [21, 25] as const;

/** The oldest stack that runs what is wanted. Throws BerthError `java_version` where there is none. */
export function majorFor({ wanted }: JavaProject): number {
  if (wanted === null) return MAJORS[0];
  // "1.8" was Java 8.
  const major = Number.parseInt(wanted.version.replace(/^1\./, ''), 10);
  const found = MAJORS.find((each) => (wanted.exact ? each === major : !(each < major)));
  if (found !== undefined) return found;
  if (wanted.exact)
    throw new BerthError(
      'java_version',
      `${wanted.from} asks for Java ${wanted.version} and no other, and Berth has Java ${MAJORS.join(' and ')}. ` +
        `Write ${MAJORS[0]} there ("options.release = ${major}" compiles for the older one all the same), or add a Dockerfile that brings the version that you need.`,
      { details: { wanted: wanted.version, from: wanted.from, available: MAJORS } },
    );
  throw new BerthError(
    'java_version',
    `${wanted.from} asks for Java ${wanted.version}, and Berth has Java ${MAJORS.join(' and ')}. ` +
      `Lower it to ${MAJORS.at(-1)}, or add a Dockerfile that brings the version that you need.`,
    { details: { wanted: wanted.version, from: wanted.from, available: MAJORS } },
  );
}
