import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { userCommand } from '../command.js';
import { copy, dockerfileText } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { processSource, readProcfile, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { javaImage } from './dockerfile.js';
import { GRADLE_SETTINGS, gradleArgs, gradleFile, gradleSettings, readGradle } from './gradle.js';
import { mavenWrapper, STACK_MAVEN } from './maven-wrapper.js';
import { majorFor, readProject, type JavaProject, type JavaTool, type Packaging } from './project.js';

const SOURCE = 'app';
/** File of the context with Gradle's settings. */
const SETTINGS = 'berth.gradle';

/** What builds the app, and what is said of it. */
interface Build {
  tool: JavaTool;
  project: JavaProject;
  args: string[];
  why: string;
}

export const language: Language = {
  name: 'java',
  title: 'Java',
  async detect(files) {
    const by = files.has('pom.xml') ? 'pom.xml' : gradleFile(files);
    return by === null ? null : { by };
  },
  plan,
};

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const procfile = await readProcfile(files);
  const { tool, project, args, why } = files.has('pom.xml')
    ? await withMaven(files, procfile)
    : await withGradle(files, procfile);
  const major = majorFor(project);
  const start = findStart(files, procfile, project, tool);
  const build = buildCommands(files, args, why);
  const [buildStack, runStack] = [`java-${major}-build`, `java-${major}`];
  const image = javaImage({
    appId: context.appId,
    stacks: { build: stackImage(context, buildStack), run: stackImage(context, runStack) },
    source: SOURCE,
    module: project.module,
    packaging: project.packaging,
    tool,
    commands: build.commands,
    ...(tool === 'gradle' && { also: [copy([SETTINGS], GRADLE_SETTINGS)] }),
    buildEnv: files.settings.build.env,
    web: start.args,
    keepsMade: MADE[tool].test([...(procfile?.values() ?? [])].join(' ')),
  });
  return {
    language: 'java',
    title: TITLES[project.packaging],
    detectedBy: detection.by,
    choices: [runtimeChoice(project, major, tool), build.choice, start.choice, portVariable('app')],
    warnings: [],
    dockerfile: dockerfileText(image.instructions),
    stacks: [buildStack, runStack],
    sourceFolder: SOURCE,
    extraFiles: tool === 'gradle' ? { [SETTINGS]: gradleSettings } : {},
    ignore:
      tool === 'gradle'
        ? ['build', '**/build', '.gradle', 'node_modules']
        : ['target', '**/target', 'node_modules'],
    finalStage: image.finalStage,
    dependencyFiles: files.paths.filter((path) => MANIFESTS[tool].test(path)).slice(0, 50),
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

/** A start command of the author's that names what the tool made. */
const MADE: Record<JavaTool, RegExp> = { maven: /\btarget\//, gradle: /\bbuild\/(?:libs|install)\// };

const MANIFESTS: Record<JavaTool, RegExp> = {
  maven: /(?:^|\/)pom\.xml$/,
  gradle: /(?:^|\/)(?:build|settings)\.gradle(?:\.kts)?$|^gradle\.properties$|^gradle\/libs\.versions\.toml$/,
};

async function withMaven(files: ProjectFiles, procfile: Procfile | null): Promise<Build> {
  const project = await settled(files, procfile, 'target', 'pom.xml', () => readProject(files));
  const { module } = project;
  const wrapper = await mavenWrapper(files);
  const only = module === '' ? [] : ['--projects', module, '--also-make'];
  const program = wrapper?.used ? ['/bin/sh', './mvnw'] : ['mvn'];
  const maven =
    wrapper === null
      ? `Maven ${STACK_MAVEN} builds and packages`
      : wrapper.used
        ? `${wrapper.file} asks for Maven ${wrapper.version}, which its wrapper brings; it builds and packages`
        : `Maven ${STACK_MAVEN}, the line that ${wrapper.file} asks for (${wrapper.version}), builds and packages`;
  return {
    tool: 'maven',
    project,
    args: [...program, '--batch-mode', '--no-transfer-progress', '-DskipTests', ...only, 'package'],
    why: `${maven}; tests are not run. Its downloads are kept for this app’s next build.`,
  };
}

async function withGradle(files: ProjectFiles, procfile: Procfile | null): Promise<Build> {
  let seen = '';
  const project = await settled(files, procfile, 'build', 'build.gradle', async () => {
    const { version, distribution, ...found } = await readGradle(files);
    seen = `Gradle ${version}, which the app’s own wrapper fetches (${distribution})`;
    return found;
  });
  return {
    tool: 'gradle',
    project,
    args: gradleArgs(project),
    why: `${seen || 'Gradle, which the app’s own wrapper fetches,'} builds; tests are not run. Its downloads are kept for this app’s next build.`,
  };
}

const TITLES: Record<Packaging, string> = {
  'spring-boot': 'Spring Boot',
  'spring-boot-old': 'Spring Boot',
  quarkus: 'Quarkus',
  install: 'Java',
  jar: 'Java',
};

/** A start command of the author's settles which of several modules is meant: `java -jar web/target/web.jar`. */
async function settled(
  files: ProjectFiles,
  procfile: Procfile | null,
  made: string,
  manifest: string,
  read: () => Promise<JavaProject>,
): Promise<JavaProject> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'several_modules') throw error;
    const module = new RegExp(`(?:^|\\s)(?:\\./)?([\\w./-]+)/${made}/`).exec(procfile?.get('web') ?? '')?.[1];
    if (module === undefined || ![manifest, `${manifest}.kts`].some((name) => files.has(`${module}/${name}`)))
      throw error;
    return { module, packaging: 'jar', wanted: null };
  }
}

function runtimeChoice({ wanted }: JavaProject, major: number, tool: JavaTool): PlanChoice {
  return {
    what: 'Runtime',
    value: `Java ${major}`,
    why:
      wanted === null
        ? 'The app names no version; this is the long-term one that Berth takes.'
        : `${wanted.from} asks for ${wanted.version}; this is the oldest long-term version that Berth has and that runs it.`,
    change: `${tool === 'maven' ? 'Set <java.version> (or maven.compiler.release) in pom.xml' : 'Set JavaLanguageVersion.of(…) in build.gradle'}, or write java = "…" under [build.versions] in berth.toml.`,
  };
}

function buildCommands(
  files: ProjectFiles,
  args: string[],
  why: string,
): { commands: string[][]; choice: PlanChoice } {
  const { command, install } = files.settings.build;
  const before = install === null ? [] : [userCommand(install).args];
  const change = 'Write command = "…" under [build] in berth.toml.';
  const what = 'Build command';
  if (command !== null) {
    const choice = { what, value: command, why: 'berth.toml says so.', change };
    return { commands: [...before, userCommand(command).args], choice };
  }
  // Without what only makes the output quiet.
  const value = args.filter((word) => !NOISE.has(word)).join(' ');
  return { commands: [...before, args], choice: { what, value, why, change } };
}

const NOISE = new Set([
  ...['/bin/sh', '--batch-mode', '--no-transfer-progress'],
  ...['--no-daemon', '--console=plain', '--init-script', GRADLE_SETTINGS],
]);

function findStart(
  files: ProjectFiles,
  procfile: Procfile | null,
  { packaging }: JavaProject,
  tool: JavaTool,
): { args: string[]; choice: PlanChoice } {
  const change = 'Write "web: …" in Procfile, or command = "…" under [start] in berth.toml.';
  const result = (args: string[], value: string, why: string) => ({
    args,
    choice: { what: 'Start command', value, why, change },
  });
  const line = procfile?.get('web');
  if (line !== undefined)
    return result(userCommand(line).args, line, `${processSource(files, 'web')} says so for "web".`);
  const [value, why] = STARTS[packaging](tool === 'maven' ? 'pom.xml' : 'build.gradle');
  return result(userCommand(value).args, value, why);
}

const STARTS: Record<Packaging, (manifest: string) => readonly [command: string, why: string]> = {
  'spring-boot': (manifest) => [
    'java -Dserver.port=$PORT -jar app.jar',
    `${manifest} has the plugin of Spring Boot. Libraries and app are layers of their own.`,
  ],
  'spring-boot-old': (manifest) => [
    'java -Dserver.port=$PORT -jar app.jar',
    `${manifest} has the plugin of Spring Boot.`,
  ],
  quarkus: (manifest) => [
    'java -Dquarkus.http.host=0.0.0.0 -Dquarkus.http.port=$PORT -jar quarkus-run.jar',
    `${manifest} has the plugin of Quarkus.`,
  ],
  install: (manifest) => [
    './bin/berth-start',
    `${manifest} has the plugin "application": installDist makes the app’s own script, of which this is another name. Libraries and app are layers of their own.`,
  ],
  jar: () => [
    'java -jar app.jar',
    'It is the largest jar that the build leaves; its manifest has to name the main class.',
  ],
};
