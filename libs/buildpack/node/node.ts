import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import { dockerfileText } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { nodeImage } from './dockerfile.js';
import { foreignLockfileWarning, installChoice, planInstall, type Install } from './install.js';
import { readPackageJson, type PackageJson } from './package-json.js';
import { findStartCommand, noStartCommand } from './start-command.js';

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
  if (!files.has('index.html')) return false;
  const manifest = await readPackageJson(files);
  if (manifest === null || buildCommand(files, manifest) !== null) return false;
  return findStartCommand(files, manifest, await readProcfile(files)) === null;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const stack = stackImage(context, 'node');
  const manifest = (await readPackageJson(files)) ?? {};
  const procfile = await readProcfile(files);
  const start = findStartCommand(files, manifest, procfile);
  if (start === null) throw noStartCommand(manifest);
  const install = planInstall(files, manifest);
  const image = nodeImage({
    appId: context.appId,
    stack,
    source: SOURCE,
    install,
    build: buildCommand(files, manifest),
    buildEnv: files.settings.build.env,
    web: start.args,
  });
  return {
    language: 'node',
    title: 'Node.js',
    detectedBy: detection.by,
    choices: [
      runtimeChoice(stack, manifest),
      installChoice(install),
      buildChoice(files, manifest),
      start.choice,
      {
        what: 'Port',
        value: '$PORT',
        why: 'Berth tells the app in PORT where to listen.',
        change: null,
      },
    ],
    warnings: warnings(files, install),
    dockerfile: dockerfileText(image.instructions),
    stacks: ['node'],
    sourceFolder: SOURCE,
    extraFiles: {},
    ignore: ['node_modules', '.npm'],
    finalStage: image.finalStage,
    dependencyFiles: install.needed ? install.files : [],
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

function runtimeChoice(stack: string, manifest: PackageJson): PlanChoice {
  const wanted = manifest.engines?.node;
  const why =
    wanted === undefined
      ? 'package.json names no version in "engines", so the newest stack of this host is used.'
      : `package.json asks for Node ${wanted} in "engines"; this host has one Node stack, which is used.`;
  return { what: 'Runtime', value: `Node.js from ${stack}`, why, change: null };
}

/** What builds the app; null when nothing has to. */
function buildCommand(files: ProjectFiles, manifest: PackageJson): string[] | null {
  const { command } = files.settings.build;
  if (command !== null) return userCommand(command).args;
  return manifest.scripts?.['build'] === undefined ? null : ['npm', 'run', 'build'];
}

function buildChoice(files: ProjectFiles, manifest: PackageJson): PlanChoice {
  const { command } = files.settings.build;
  if (command !== null) {
    return {
      what: 'Build command',
      value: command,
      why: 'berth.toml says so. It runs with development dependencies, which the finished image does not have.',
      change: 'Change command under [build] in berth.toml.',
    };
  }
  const script = manifest.scripts?.['build'];
  return {
    what: 'Build command',
    value: script === undefined ? 'none' : `npm run build (${script})`,
    why:
      script === undefined
        ? 'package.json has no "build" script.'
        : 'package.json has a "build" script. It runs with development dependencies, which the finished image does not have.',
    change: 'Change the "build" script in package.json, or write command under [build] in berth.toml.',
  };
}

function warnings(files: ProjectFiles, install: Install): string[] {
  const found: (string | null)[] = [
    foreignLockfileWarning(files, install),
    files.hasFolder('node_modules')
      ? 'node_modules is part of the source; it is left out and installed anew. Add it to .gitignore.'
      : null,
    install.needed && install.needsSource !== null
      ? `Dependencies are installed anew for each change of the source, because ${install.needsSource}.`
      : null,
  ];
  return found.filter((text) => text !== null);
}
