import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import { dockerfileText } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stacksOf, type Stacks } from '../versions.js';
import { findDjango } from './django.js';
import { pythonImage } from './dockerfile.js';
import { findScript } from './entry.js';
import { installArgs, installChoice, lockWarning, REQUIREMENTS } from './install.js';
import { readProject, type PythonProject } from './project.js';
import { findStart, noStartCommand } from './start-command.js';
import { pythonChoice, PYTHONS } from './version.js';

const SOURCE = 'app';
/** What never belongs into the image of a Python app. */
export const IGNORED = ['.venv', 'venv', '**/__pycache__', '**/*.pyc', 'node_modules'];

export const language: Language = {
  name: 'python',
  title: 'Python',
  detect,
  plan,
};

/** Manifests that say by themselves that this is Python. pyproject.toml may hold nothing but settings of tools. */
const MANIFESTS = ['uv.lock', 'poetry.lock', 'Pipfile', 'requirements.txt', 'manage.py', 'setup.py'];

async function detect(files: ProjectFiles): Promise<Detection | null> {
  const by = MANIFESTS.find((path) => files.has(path)) ?? (await pyprojectOrScript(files));
  return by === null ? null : { by, starts: await mayStart(files) };
}

async function pyprojectOrScript(files: ProjectFiles): Promise<string | null> {
  if (files.has('pyproject.toml') && (await readProject(files)).manager !== 'none') return 'pyproject.toml';
  return findScript(files);
}

/** Manifests of other languages that may be what the app is started with. */
const OTHERS = ['package.json', 'go.mod', 'Cargo.toml', 'pom.xml', 'composer.json', 'Gemfile'];

/** Is it this language that the app is started with? Beside another's manifest a mere script may be anything. */
async function mayStart(files: ProjectFiles): Promise<boolean> {
  const web = (await readProcfile(files))?.get('web');
  if (web !== undefined)
    return (
      /^\s*(?:\S*\bpython3?|gunicorn|uvicorn|flask|daphne|hypercorn|waitress-serve|granian|streamlit|uv|poetry)\b/.test(
        web,
      ) || !OTHERS.some((path) => files.has(path))
    );
  if (files.has('manage.py')) return true;
  const project = await readProject(files);
  // A server that is only missing is found out, with a sentence, when it is planned.
  const start = await findStart(project).catch(() => ({ title: 'Django' }));
  if (start?.title === 'Python') return !OTHERS.some((path) => files.has(path));
  return start !== null;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const project = await readProject(files);
  const runtime = await pythonChoice(project);
  const start = await findStart(project);
  if (start === null) throw noStartCommand();
  const install = installArgs(project);
  const { build } = files.settings;
  const collectStatic = await collectsStatic(project);
  const needsSource = project.needsSource ?? ownCommand(project);
  const stacks = pythonStacks(context, runtime.version, install !== null || build.command !== null);
  const image = pythonImage({
    appId: context.appId,
    stacks,
    source: SOURCE,
    manifests: project.manifests,
    needsSource: needsSource !== null,
    requirementsFile: requirementsFile(project, install),
    install,
    build: build.command === null ? null : userCommand(build.command).args,
    collectStatic,
    buildEnv: build.env,
    runEnv: files.hasFolder('src') ? { PYTHONPATH: '/app/src:/app' } : {},
    web: start.args,
  });
  return {
    language: 'python',
    title: start.title,
    detectedBy: detection.by,
    choices: [
      runtime.choice,
      installChoice(project),
      buildChoice(project, collectStatic),
      start.choice,
      portVariable('app'),
    ],
    warnings: [
      runtime.warning,
      start.warning,
      lockWarning(project),
      files.hasFolder('.venv') || files.hasFolder('venv')
        ? 'A virtual environment is part of the source; it is left out and made anew. Add it to .gitignore.'
        : null,
      install !== null && needsSource !== null
        ? `Dependencies are installed anew for each change of the source, because ${needsSource}.`
        : null,
    ].filter((text) => text !== null),
    dockerfile: dockerfileText(image.instructions),
    stacks: stacks.names,
    sourceFolder: SOURCE,
    extraFiles: requirementsFiles(project, install),
    ignore: IGNORED,
    finalStage: image.finalStage,
    dependencyFiles: install === null ? [] : project.manifests,
    processes: processesOf(project.procfile, start.args),
    port: null,
    healthPath: null,
  };
}

export function pythonStacks(context: PlanContext, version: string, needsBuild: boolean): Stacks {
  return stacksOf(context, { language: 'python', versions: PYTHONS, version }, needsBuild);
}

/** Name of the file with what Poetry or Pipenv would install, where the installation reads it. */
export function requirementsFile(
  { requirements }: PythonProject,
  install: string[] | null,
): string | undefined {
  return requirements !== null && install?.includes(REQUIREMENTS) === true ? REQUIREMENTS : undefined;
}

/** That file itself, by its name. */
export function requirementsFiles(project: PythonProject, install: string[] | null): Record<string, string> {
  const name = requirementsFile(project, install);
  return name === undefined ? {} : { [name]: project.requirements?.text ?? '' };
}

/** The author's own install command may read anything, unless it is one of the known tools'. */
function ownCommand({ files }: PythonProject): string | null {
  const { install } = files.settings.build;
  if (install === null || /^uv (?:pip install|sync --no-install-project)\s/.test(install)) return null;
  return 'the install command of berth.toml may read any file';
}

/** Heroku's name for "no" is understood too: many apps have it. */
async function collectsStatic({ files }: PythonProject): Promise<boolean> {
  if (files.settings.build.command !== null) return false;
  if (files.settings.build.env['DISABLE_COLLECTSTATIC'] !== undefined) return false;
  return (await findDjango(files))?.hasStaticRoot ?? false;
}

function buildChoice({ files }: PythonProject, collectStatic: boolean): PlanChoice {
  const { command } = files.settings.build;
  const change = 'Write command = "…" under [build] in berth.toml.';
  if (command !== null) return { what: 'Build command', value: command, why: 'berth.toml says so.', change };
  if (collectStatic)
    return {
      what: 'Build command',
      value: 'python3 manage.py collectstatic --noinput',
      why: 'The settings name STATIC_ROOT. Config is not there while an image is built; SECRET_KEY is a stand-in.',
      change: `Set DISABLE_COLLECTSTATIC = "1" under [build.env] in berth.toml to leave it out. ${change}`,
    };
  return {
    what: 'Build command',
    value: 'none',
    why: 'Python needs none.',
    change,
  };
}
