import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import type { PythonProject } from './project.js';

/** What the stack has: Debian trixie's. infra/stacks/python.mjs says the same. */
const AVAILABLE = [3, 13] as const;
const SHOWN = AVAILABLE.join('.');

/** A version that an app asks for, and where. */
interface Wanted {
  version: string;
  from: string;
  /** A hint that tools on the author's machine read, or a condition that the app states. */
  strict: boolean;
}

/** Looks where Python apps say which version they are for; the most outspoken first. */
async function wantedPython({ files, pyproject, pipenvPython }: PythonProject): Promise<Wanted | null> {
  const toml = files.settings.build.versions['python'];
  if (toml !== undefined) return { version: toml, from: 'berth.toml', strict: true };
  const poetry = pyproject?.tool?.poetry?.dependencies?.['python'];
  const range = pyproject?.project?.['requires-python'] ?? (typeof poetry === 'string' ? poetry : undefined);
  if (range !== undefined && !allows(range)) return { version: range, from: 'pyproject.toml', strict: true };
  const pinned = await pin(files.read('.python-version'));
  if (pinned !== null) return { version: pinned, from: '.python-version', strict: false };
  const runtime = await pin(files.read('runtime.txt'));
  if (runtime !== null) return { version: runtime, from: 'runtime.txt', strict: false };
  if (pipenvPython !== null) return { version: pipenvPython, from: 'Pipfile', strict: false };
  return range === undefined ? null : { version: range, from: 'pyproject.toml', strict: true };
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
 * that it cannot run on the one that there is.
 */
export async function pythonChoice(
  project: PythonProject,
): Promise<{ choice: PlanChoice; warning: string | null }> {
  const wanted = await wantedPython(project);
  const choice = (why: string): PlanChoice => ({
    what: 'Runtime',
    value: `Python ${SHOWN}`,
    why,
    change: 'Berth has the Python of its Debian stack; a Dockerfile may bring another.',
  });
  if (wanted === null)
    return { choice: choice('The app names no version; this is the one that Berth has.'), warning: null };
  const { version, from, strict } = wanted;
  if (allows(version)) return { choice: choice(`${from} asks for ${version}.`), warning: null };
  if (strict) {
    throw new BerthError(
      'python_version',
      `${from} asks for Python ${version}, and Berth has Python ${SHOWN} alone. ` +
        `Allow ${SHOWN} there once the app runs with it, or add a Dockerfile that brings the version that you need.`,
      { details: { wanted: version, from, available: SHOWN } },
    );
  }
  return {
    choice: choice(`${from} asks for ${version}, which Berth does not have.`),
    warning: `${from} asks for Python ${version}; the app is built with Python ${SHOWN}, the only one that Berth has. Write ${SHOWN} there once you have tried it, or add a Dockerfile that brings ${version}.`,
  };
}

/** Does a range, as PEP 440 or Poetry writes it, allow the version that there is? What cannot be read is left to the installer. */
export function allows(range: string): boolean {
  return range.split('||').some((part) =>
    part
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .every(allowsOne),
  );
}

function allowsOne(condition: string): boolean {
  const match = /^(~=|==|!=|>=|<=|>|<|\^|~|=)?\s*(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?/.exec(condition);
  if (match === null) return true;
  const [, operator = '=', major = '', minor] = match;
  const hasPatch = match[4] !== undefined && match[4] !== '*';
  const wanted = [Number(major), minor === undefined || minor === '*' ? null : Number(minor)] as const;
  const sign = Math.sign(AVAILABLE[0] - wanted[0] || (wanted[1] === null ? 0 : AVAILABLE[1] - wanted[1]));
  switch (operator) {
    case '>=':
      return sign >= 0;
    case '>':
      return sign > 0 || (sign === 0 && hasPatch);
    case '<=':
      return sign <= 0;
    case '<':
      return sign < 0 || (sign === 0 && hasPatch && match[4] !== '0');
    case '!=':
      return sign !== 0 || hasPatch;
    case '^':
      return AVAILABLE[0] === wanted[0] && sign >= 0;
    case '~=':
      // ~=3.11 allows every 3.x from there on; ~=3.11.2 stays within 3.11.
      return hasPatch ? sign === 0 : AVAILABLE[0] === wanted[0] && sign >= 0;
    default:
      return sign === 0;
  }
}
