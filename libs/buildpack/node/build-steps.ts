import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import type { BuildStep } from './dockerfile.js';
import type { NodeProject } from './project.js';

/** The commands that build the app, in their order; those of packages that it needs come first. */
export function buildSteps(project: NodeProject): BuildStep[] {
  const own = ownCommand(project);
  const before = project.needed
    .filter(({ manifest }) => manifest.scripts?.['build'] !== undefined)
    .map(({ folder }) => ({ folder, args: runBuild(project) }));
  return [...before, ...(own === null ? [] : [{ folder: project.appFolder, args: own }])];
}

/** What builds the app itself; null when nothing has to. */
function ownCommand(project: NodeProject): string[] | null {
  const { files, manifest, framework } = project;
  const { command } = files.settings.build;
  if (command !== null) return userCommand(command).args;
  if (manifest.scripts?.['build'] !== undefined) return runBuild(project);
  return framework?.build ?? null;
}

function runBuild({ manager }: NodeProject): string[] {
  return [manager.name, 'run', 'build'];
}

/** What people are told about the build. */
export function buildChoice(project: NodeProject, steps: readonly BuildStep[]): PlanChoice {
  const { files, manifest, framework } = project;
  const change = 'Change the "build" script in package.json, or write command under [build] in berth.toml.';
  const dev = 'It runs with development dependencies, which the finished image does not have.';
  const choice = (value: string, why: string): PlanChoice => ({
    what: 'Build command',
    value: [...steps.slice(0, -1).map(({ folder, args }) => `${args.join(' ')} in ${folder}`), value].join(
      ', then ',
    ),
    why: steps.length > 1 ? `${why} The packages that the app needs are built first.` : why,
    change,
  });
  const { command } = files.settings.build;
  if (command !== null) return choice(command, `berth.toml says so. ${dev}`);
  const script = manifest.scripts?.['build'];
  const run = runBuild(project).join(' ');
  if (script !== undefined) return choice(`${run} (${script})`, `package.json has a "build" script. ${dev}`);
  if (framework?.build)
    return choice(
      framework.build.join(' '),
      `It is how ${framework.title} builds; package.json has no "build" script.`,
    );
  return { what: 'Build command', value: 'none', why: 'package.json has no "build" script.', change };
}
