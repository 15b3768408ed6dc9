import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { dockerfileText } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { SITE_STACK, siteFiles, siteServer, siteServerChoice } from '../static/site-image.js';
import { siteSettings } from '../static/site-settings.js';
import { buildChoice, buildSteps } from './build-steps.js';
import { nodeImage } from './dockerfile.js';
import { findFramework } from './frameworks.js';
import { canPrune, installChoice, installsProduction } from './install.js';
import { runtimeChoice, wantedNode } from './node-version.js';
import { readPackageJson } from './package-json.js';
import { managerChoice } from './package-manager.js';
import { readProject, type NodeProject } from './project.js';
import { chooseSite, type Site } from './site.js';
import { nodeStack } from './stack.js';
import { findStartCommand, noStartCommand, type StartCommand } from './start-command.js';

const SOURCE = 'app';

export const language: Language = {
  name: 'node',
  title: 'Node.js',
  detect,
  plan,
};

async function detect(files: ProjectFiles): Promise<Detection | null> {
  if (files.has('package.json')) return (await isSiteWithTools(files)) ? null : { by: 'package.json' };
  if (files.has('index.html')) return null;
  return files.has('server.js') ? { by: 'server.js' } : null;
}

/** A page whose package.json only holds tools: nothing to build, nothing to start. */
async function isSiteWithTools(files: ProjectFiles): Promise<boolean> {
  if (!files.has('index.html') || files.settings.build.command !== null) return false;
  const manifest = await readPackageJson(files);
  if (manifest === null || manifest.scripts?.['build'] !== undefined) return false;
  const framework = await findFramework(files, manifest);
  if (framework !== null && framework.build !== null) return false;
  return findStartCommand(files, manifest, await readProcfile(files), framework) === null;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const project = await readProject(files, context);
  const site = chooseSite(project);
  return site === null
    ? planServer(project, detection, context)
    : planSite(project, site, detection, context);
}

/** An app that Node runs. */
async function planServer(
  project: NodeProject,
  detection: Detection,
  context: PlanContext,
): Promise<BuildPlan> {
  const { files, manifest, procfile, framework } = project;
  const start = findStartCommand(files, manifest, procfile, framework);
  const steps = buildSteps(project);
  if (start === null) {
    throw noStartCommand(manifest, framework, {
      hasBuild: steps.length > 0,
      folders: project.workspaces.map(({ folder }) => folder),
    });
  }
  const stack = nodeStack(context, await wantedNode(files, manifest));
  const kept = keptForStart(project, start);
  const image = nodeImage({
    ...imageInput(project, context, stack.image),
    steps,
    result: {
      kind: 'server',
      web: start.args,
      env: framework?.output.kind === 'server' ? framework.output.env : {},
    },
    keepDev: kept.dev !== null,
    keepTool: kept.tool,
  });
  return {
    ...common(project, detection),
    title: framework?.output.kind === 'server' ? framework.title : 'Node.js',
    choices: [
      runtimeChoice(stack),
      ...managerChoices(project, steps.length > 0),
      buildChoice(project, steps),
      start.choice,
      portChoice(start),
    ],
    warnings: [stack.warning, ...warnings(project, steps.length > 0), kept.dev].filter(
      (text) => text !== null,
    ),
    dockerfile: dockerfileText(image.instructions),
    stacks: [stack.name],
    extraFiles: {},
    finalStage: image.finalStage,
    processes: processesOf(procfile, start.args),
    port: start.port,
  };
}

/** A site that Node builds and a server of plain files serves. */
async function planSite(
  project: NodeProject,
  site: Site,
  detection: Detection,
  context: PlanContext,
): Promise<BuildPlan> {
  const { files, manifest } = project;
  const stack = nodeStack(context, await wantedNode(files, manifest));
  const steps = buildSteps(project);
  const served = await siteSettings(files, {
    folders: [site.publicFolder, site.folder, ''],
    singlePage: site.singlePage,
    built: project.framework !== null,
  });
  const image = nodeImage({
    ...imageInput(project, context, stack.image),
    steps,
    result: { kind: 'site', stack: stackImage(context, SITE_STACK), folder: site.folder },
    keepDev: false,
    keepTool: false,
  });
  return {
    ...common(project, detection),
    title: site.title,
    choices: [
      runtimeChoice(stack),
      ...managerChoices(project, true),
      buildChoice(project, steps),
      site.choice,
      siteServerChoice,
      ...served.choices,
      portVariable('server'),
    ],
    warnings: [stack.warning, ...warnings(project, true), ...served.warnings].filter((text) => text !== null),
    dockerfile: dockerfileText(image.instructions),
    stacks: [stack.name, SITE_STACK],
    extraFiles: siteFiles(served.settings),
    finalStage: image.finalStage,
    processes: processesOf(project.procfile, siteServer),
    port: null,
  };
}

function imageInput(project: NodeProject, { appId }: PlanContext, stack: string) {
  const { appFolder, install, files, framework } = project;
  return {
    appId,
    stack,
    source: SOURCE,
    appFolder,
    install,
    buildEnv: files.settings.build.env,
    buildCache: framework?.cache ?? null,
  };
}

function common({ install, appFolder, workspaces }: NodeProject, detection: Detection) {
  return {
    language: 'node',
    detectedBy: detection.by,
    sourceFolder: SOURCE,
    ignore: [workspaces.length > 0 ? '**/node_modules' : 'node_modules', '.npm'],
    dependencyFiles: install.needed ? install.files : [],
    healthPath: null,
    // The whole repository is sent when its packages are installed together.
    ...(appFolder !== '' && { root: '' }),
  };
}

function managerChoices({ install, manager }: NodeProject, builds: boolean): PlanChoice[] {
  const dependencies = installChoice(
    install,
    builds || !installsProduction(install) || install.needsSource !== null,
  );
  return install.needed ? [managerChoice(manager), dependencies] : [dependencies];
}

function portChoice({ port }: StartCommand): PlanChoice {
  return port === null
    ? portVariable('app')
    : {
        what: 'Port',
        value: String(port),
        why: 'The start command names it; PORT is set to the same number.',
        change: 'Leave the port out of the start command, or write port under [start] in berth.toml.',
      };
}

/** What starts the app may be a development dependency, or the package manager itself. */
function keptForStart(
  { manifest, manager, procfile }: NodeProject,
  { args }: StartCommand,
): { dev: string | null; tool: boolean } {
  const words = new Set(
    [args, ...[...(procfile?.values() ?? [])].map((line) => line.split(/\s+/))]
      .flat()
      .flatMap((word) => word.split(/\s+/)),
  );
  const dev = Object.keys(manifest.devDependencies ?? {}).find((name) => words.has(name));
  return {
    dev:
      dev === undefined
        ? null
        : `The start command uses ${dev}, a development dependency, so that all of these stay in the image. Move ${dev} to "dependencies" in package.json to make the image smaller.`,
    tool: words.has(manager.name) || words.has('npm') || words.has('bunx'),
  };
}

function warnings({ files, install, manager, manifest }: NodeProject, builds: boolean): string[] {
  const found: (string | null)[] = [
    ...manager.warnings,
    files.hasFolder('node_modules')
      ? 'node_modules is part of the source; it is left out and installed anew. Add it to .gitignore.'
      : null,
    install.needed && install.needsSource !== null
      ? `Dependencies are installed anew for each change of the source, because ${install.needsSource}.`
      : null,
    builds && !canPrune(install) && manifest.devDependencies !== undefined
      ? `Yarn ${manager.tool?.version} cannot take development dependencies away, so they stay in the image. Yarn 4 can.`
      : null,
  ];
  return found.filter((text) => text !== null);
}
