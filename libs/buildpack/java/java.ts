import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { userCommand } from '../command.js';
import { dockerfileText } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { processSource, readProcfile, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { javaImage } from './dockerfile.js';
import { majorFor, readProject, type JavaProject, type Packaging } from './project.js';

const SOURCE = 'app';
const GRADLE = ['build.gradle', 'build.gradle.kts'];

export const language: Language = {
  name: 'java',
  title: 'Java',
  async detect(files) {
    const by = ['pom.xml', ...GRADLE].find((path) => files.has(path));
    return by === undefined ? null : { by };
  },
  plan,
};

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  if (!files.has('pom.xml')) throw noGradle(detection.by);
  const procfile = await readProcfile(files);
  const project = await projectOf(files, procfile);
  const major = majorFor(project);
  const start = findStart(files, procfile, project);
  const build = buildCommands(files, project);
  const [buildStack, runStack] = [`java-${major}-build`, `java-${major}`];
  const image = javaImage({
    appId: context.appId,
    stacks: { build: stackImage(context, buildStack), run: stackImage(context, runStack) },
    source: SOURCE,
    module: project.module,
    packaging: project.packaging,
    commands: build.commands,
    buildEnv: files.settings.build.env,
    web: start.args,
    keepsTarget: /\btarget\//.test([...(procfile?.values() ?? [])].join(' ')),
  });
  return {
    language: 'java',
    title: TITLES[project.packaging],
    detectedBy: detection.by,
    choices: [runtimeChoice(project, major), build.choice, start.choice, portVariable('app')],
    warnings: [],
    dockerfile: dockerfileText(image.instructions),
    stacks: [buildStack, runStack],
    sourceFolder: SOURCE,
    extraFiles: {},
    ignore: ['target', '**/target', 'node_modules'],
    finalStage: image.finalStage,
    dependencyFiles: files.paths.filter((path) => /(?:^|\/)pom\.xml$/.test(path)).slice(0, 50),
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

const TITLES: Record<Packaging, string> = {
  'spring-boot': 'Spring Boot',
  'spring-boot-old': 'Spring Boot',
  quarkus: 'Quarkus',
  jar: 'Java',
};

/** A start command of the author's settles which of several modules is meant: `java -jar web/target/web.jar`. */
async function projectOf(files: ProjectFiles, procfile: Procfile | null): Promise<JavaProject> {
  try {
    return await readProject(files);
  } catch (error) {
    const module = /(?:^|\s)(?:\.\/)?([\w./-]+)\/target\//.exec(procfile?.get('web') ?? '')?.[1];
    if (module === undefined || !files.has(`${module}/pom.xml`)) throw error;
    return { module, packaging: 'jar', wanted: null };
  }
}

/** Gradle itself, and its wrapper, come from a host of their own, and Debian's is too old for any app of today. */
function noGradle(file: string): BerthError {
  return new BerthError(
    'gradle_unavailable',
    `${file} is there: this app is built with Gradle, which Berth does not bring. Add a Dockerfile that builds it, for example on an image of Gradle, or a pom.xml: Berth builds with Maven.`,
    { details: { file } },
  );
}

function runtimeChoice({ wanted }: JavaProject, major: number): PlanChoice {
  return {
    what: 'Runtime',
    value: `Java ${major}`,
    why:
      wanted === null
        ? 'The app names no version; this is the long-term one that Berth takes.'
        : `${wanted.from} asks for ${wanted.version}; this is the oldest long-term version that Berth has and that runs it.`,
    change:
      'Set <java.version> (or maven.compiler.release) in pom.xml, or write java = "…" under [build.versions] in berth.toml.',
  };
}

function buildCommands(
  files: ProjectFiles,
  { module }: JavaProject,
): { commands: string[][]; choice: PlanChoice } {
  const { command, install } = files.settings.build;
  const before = install === null ? [] : [userCommand(install).args];
  const change = 'Write command = "…" under [build] in berth.toml.';
  const what = 'Build command';
  if (command !== null) {
    const choice = { what, value: command, why: 'berth.toml says so.', change };
    return { commands: [...before, userCommand(command).args], choice };
  }
  const only = module === '' ? [] : ['--projects', module, '--also-make'];
  const args = ['mvn', '--batch-mode', '--no-transfer-progress', '-DskipTests', ...only, 'package'];
  return {
    commands: [...before, args],
    choice: {
      what,
      value: ['mvn', ...args.slice(3)].join(' '),
      why: 'Maven builds and packages; tests are not run. Its downloads are kept for this app’s next build.',
      change,
    },
  };
}

function findStart(
  files: ProjectFiles,
  procfile: Procfile | null,
  { packaging }: JavaProject,
): { args: string[]; choice: PlanChoice } {
  const change = 'Write "web: …" in Procfile, or command = "…" under [start] in berth.toml.';
  const result = (args: string[], value: string, why: string) => ({
    args,
    choice: { what: 'Start command', value, why, change },
  });
  const line = procfile?.get('web');
  if (line !== undefined)
    return result(userCommand(line).args, line, `${processSource(files, 'web')} says so for "web".`);
  const [value, why] = STARTS[packaging];
  return result(userCommand(value).args, value, why);
}

const STARTS: Record<Packaging, readonly [command: string, why: string]> = {
  'spring-boot': [
    'java -Dserver.port=$PORT -jar app.jar',
    'pom.xml has spring-boot-maven-plugin. Libraries and app are layers of their own.',
  ],
  'spring-boot-old': ['java -Dserver.port=$PORT -jar app.jar', 'pom.xml has spring-boot-maven-plugin.'],
  quarkus: [
    'java -Dquarkus.http.host=0.0.0.0 -Dquarkus.http.port=$PORT -jar quarkus-run.jar',
    'pom.xml has quarkus-maven-plugin.',
  ],
  jar: [
    'java -jar app.jar',
    'It is the largest jar that the build leaves; its manifest has to name the main class.',
  ],
};
