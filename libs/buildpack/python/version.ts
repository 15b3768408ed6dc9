import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { allows, listed } from '../versions.js';
import type { PythonProject } from './project.js';

/** What there are stacks for, the one that apps get that ask for none first. infra/stacks/python.mjs says the same. */
export const PYTHONS = ['3.13', '3.11'] as const;

/** A version that an app asks for, and where. */
interface Wanted {
  version: string;
  from: string;
}

/** The version that berth.toml names or the range that the project itself states: what is outside of it does not run the app. */
function condition({ files, pyproject }: PythonProject): Wanted | null {
  const toml = files.settings.build.versions['python'];
  if (toml !== undefined) return { version: toml, from: 'berth.toml' };
  const poetry = pyproject?.tool?.poetry?.dependencies?.['python'];
  const range = pyproject?.project?.['requires-python'] ?? (typeof poetry === 'string' ? poetry : undefined);
  return range === undefined ? null : { version: range, from: 'pyproject.toml' };
}

/** What the tools on the author's machine read. */
async function hint({ files, pipenvPython }: PythonProject): Promise<Wanted | null> {
  for (const from of ['.python-version', 'runtime.txt']) {
    const version = await pin(files.read(from));
    if (version !== null) return { version, from };
  }
  return pipenvPython === null ? null : { version: pipenvPython, from: 'Pipfile' };
}

async function pin(reading: Promise<string | null>): Promise<string | null> {
  const line = ((await reading) ?? '')
    .split(/\r\n|\r|\n/)
    .map((each) => each.trim())
    .find((each) => each !== '' && !each.startsWith('#'));
  return line === undefined ? null : line.replace(/^(?:c?python)-?/i, '');
}

/**
 * Which Python is used and why, and a warning where the app names another. Throws BerthError `python_version` when the app says
 * that it cannot run on any that there is.
 */
export async function pythonChoice(
  project: PythonProject,
): Promise<{ version: string; choice: PlanChoice; warning: string | null }> {
  const stated = condition(project);
  const fitting = PYTHONS.filter((each) => stated === null || allows(stated.version, each));
  if (stated !== null && fitting.length === 0) throw noSuchVersion(stated);
  const hinted = stated?.from === 'berth.toml' ? null : await hint(project);
  const exact = fitting.find((each) => hinted === null || allows(hinted.version, each));
  const version = exact ?? nearest(hinted?.version ?? '', fitting);
  const said = [hinted, stated].filter((each) => each !== null);
  const why = said.map(({ from, version }) => `${from} asks for ${version}`).join(', ');
  return {
    version,
    choice: {
      what: 'Runtime',
      value: `Python ${version}`,
      why: why === '' ? 'The app names no version; this is what it gets then.' : `${why}.`,
      change: `Write "${PYTHONS.find((each) => each !== version)}" into .python-version: Berth has Python ${listed(PYTHONS)}, of Debian. A Dockerfile may bring another.`,
    },
    warning:
      exact !== undefined || hinted === null
        ? null
        : `${hinted.from} asks for Python ${hinted.version}; the app is built with Python ${version}, as Berth has Python ${listed(PYTHONS)} alone. Write ${version} there once you have tried it, or add a Dockerfile that brings ${hinted.version}.`,
  };
}

function noSuchVersion({ version, from }: Wanted): BerthError {
  return new BerthError(
    'python_version',
    `${from} asks for Python ${version}, and Berth has Python ${listed(PYTHONS)} alone. ` +
      `Allow one of these there once the app runs with it, or add a Dockerfile that brings the version that you need.`,
    { details: { wanted: version, from, available: [...PYTHONS] } },
  );
}

/** What is nearest to a version that there is not; of two as near the newer one. */
function nearest(version: string, versions: readonly string[]): string {
  const wanted = Number(/^\D*3\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
  const far = (each: string) => Math.abs(Number(each.split('.')[1]) - wanted);
  return versions.reduce((best, each) => (far(each) < far(best) ? each : best));
}
