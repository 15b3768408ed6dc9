import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import { hasLock, LOCKFILES, mainFile, type PythonProject } from './project.js';

/** Tools that are run for one build and never become part of an image; versions that were tried. */
const POETRY = 'poetry==2.5.1';
const PIPENV = 'pipenv==2026.10.3';

/** File of Berth's own with what Poetry or Pipenv would install. */
export const REQUIREMENTS = 'berth-requirements.txt';

/** The interpreter of the stack, whatever .python-version says: the plan has told so. */
const PYTHON = '/usr/bin/python3';

/** Makes the virtual environment. */
export const venvArgs: readonly string[] = ['uv', 'venv', '--no-config', '--python', PYTHON, '/app/.venv'];

/** Where uv keeps downloads and what it built during a build; a cache mount of this app alone. */
const CACHE = '/home/app/.cache';

/** Cache folder of one app's downloads. */
export function packageCache(appId: string): { id: string; target: string } {
  return { id: `berth-${appId}-python`, target: CACHE };
}

/** Environment of the installation. */
export const installSettings: Readonly<Record<string, string>> = {
  UV_CACHE_DIR: `${CACHE}/uv`,
  UV_TOOL_DIR: `${CACHE}/tools`,
  // Compiled once here, not anew by each container that starts.
  UV_COMPILE_BYTECODE: '1',
  PIP_CACHE_DIR: `${CACHE}/pip`,
  POETRY_CACHE_DIR: `${CACHE}/poetry`,
  POETRY_NO_INTERACTION: '1',
  PIPENV_CACHE_DIR: `${CACHE}/pipenv`,
  PIPENV_VERBOSITY: '-1',
};

/** The command that installs into /app/.venv; null when there is nothing to install. */
export function installArgs(project: PythonProject): string[] | null {
  const { install } = project.files.settings.build;
  if (install !== null) return userCommand(install).args;
  const { files, manager, requirements } = project;
  if (requirements !== null) {
    const exactly = requirements.pinned ? ['--no-deps', '--require-hashes'] : [];
    return ['uv', 'pip', 'install', ...exactly, '--requirements', REQUIREMENTS];
  }
  switch (manager) {
    case 'uv':
      return ['uv', 'sync', '--python', PYTHON, '--frozen', '--no-dev', '--no-install-project'];
    case 'poetry':
      return ['uv', 'tool', 'run', '--from', POETRY, 'poetry', 'install', '--only=main', '--no-root'];
    case 'pipenv':
      return [
        ...['uv', 'tool', 'run', '--from', PIPENV, 'pipenv'],
        ...(hasLock(files, 'pipenv') ? ['sync'] : ['install', '--skip-lock']),
      ];
    case 'requirements':
      return ['uv', 'pip', 'install', '--requirements', 'requirements.txt'];
    case 'pyproject':
      return ['uv', 'pip', 'install', '--requirements', 'pyproject.toml'];
    case 'setup':
      return ['uv', 'pip', 'install', '.'];
    case 'none':
      return null;
  }
}

const exact: Partial<Record<PythonProject['manager'], string>> = {
  uv: 'uv installs exactly what uv.lock names.',
  poetry: 'what poetry.lock names is installed; without one, the newest that pyproject.toml allows.',
  pipenv: 'what Pipfile.lock names is installed; without one, the newest that Pipfile allows.',
  requirements: 'uv installs what requirements.txt names, as pip would.',
  pyproject:
    'uv installs the dependencies that pyproject.toml names; there is no lockfile, so it picks the newest that fit.',
  setup: 'There is setup.py and nothing else that names dependencies.',
};

/** What people are told about the installation. */
export function installChoice(project: PythonProject): PlanChoice {
  const { manager, files, passedOver } = project;
  const change = 'Write install = "…" under [build] in berth.toml for another command.';
  const { install } = files.settings.build;
  if (install !== null) return { what: 'Dependencies', value: install, why: 'berth.toml says so.', change };
  const args = installArgs(project);
  if (args === null)
    return {
      what: 'Dependencies',
      value: 'none',
      why: 'There is no requirements.txt, pyproject.toml or Pipfile.',
      change: 'Write the packages that the app needs in requirements.txt, one a line.',
    };
  const also = passedOver.length > 0 ? ` ${passedOver.join(', ')} is not read.` : '';
  const why =
    project.requirements?.pinned && isLocking(manager)
      ? `There is ${LOCKFILES[manager]}: uv installs exactly what it pins for running the app.`
      : `There is ${mainFile(manager)}: ${exact[manager] ?? ''}`;
  return {
    what: 'Dependencies',
    value: shown(args),
    why: `${why}${also}`,
    change,
  };
}

function isLocking(manager: PythonProject['manager']): manager is keyof typeof LOCKFILES {
  return manager in LOCKFILES;
}

/** Without its lockfile a project gets whatever is newest; null where there is nothing to say. */
export function lockWarning({ manager, files }: PythonProject): string | null {
  if (files.settings.build.install !== null || !isLocking(manager) || hasLock(files, manager)) return null;
  return (
    `There is no ${LOCKFILES[manager]}: the newest versions that ${mainFile(manager)} allows are installed, and they may be others the next time that it changes. ` +
    `Run "${manager} lock" on your machine and commit the file.`
  );
}

/** Without the part that only brings the tool. */
function shown(args: readonly string[]): string {
  return args.join(' ').replace(/^uv tool run --from \S+ /, '');
}
