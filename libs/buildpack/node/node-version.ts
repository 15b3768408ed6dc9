import type { PlanChoice } from '#libs/contracts/build-plan.js';
import type { ProjectFiles } from '../project-files.js';
import { wantedVersion, type PackageJson } from './package-json.js';

/** Which Node an app asks for, and where. */
export interface WantedNode {
  /** As its author wrote it: "22", ">=18", "lts/jod", "v20.11.1". */
  range: string;
  /** For people: ".nvmrc", "engines in package.json". */
  from: string;
  change: string;
}

/** Files that version managers read, in the order in which they count. */
const VERSION_FILES = ['.nvmrc', '.node-version'];

/** The version that the app's own files ask for; null when none does. berth.toml first, then what pins, then what allows. */
export async function wantedNode(files: ProjectFiles, manifest: PackageJson): Promise<WantedNode | null> {
  const said = files.settings.build.versions['node'];
  if (said !== undefined)
    return wanted(said, 'berth.toml', 'Change node under [build.versions] in berth.toml.');
  for (const path of VERSION_FILES) {
    const text = files.has(path) ? await files.read(path) : null;
    const line = (text ?? '')
      .split(/\r\n|\r|\n/)
      .map((each) => each.replace(/#.*$/, '').trim())
      .find((each) => each !== '');
    if (line !== undefined) return wanted(line, path, `Change ${path}.`);
  }
  const field = wantedVersion(manifest, 'node');
  if (field === null) return null;
  return wanted(field.range, `"${field.field}" in package.json`, `Change "${field.field}" in package.json.`);
}

function wanted(range: string, from: string, change: string): WantedNode {
  return { range, from, change };
}

/** The long-term versions by code name (nodejs/Release, schedule.json). */
const CODE_NAMES: Record<string, number> = {
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
};

/**
 * The major version that answers a range, of those that can be had; the newest that fits. Null when none does.
 * `any` is what answers where the range leaves the choice open.
 */
export function majorFor(range: string, majors: readonly number[], any: number): number | null {
  const text = range.trim().toLowerCase();
  const name = /^lts\/([a-z]+|\*)$/.exec(text)?.[1];
  if (name === '*' || ['*', 'x', 'latest', 'current', 'node', 'stable', 'lts', ''].includes(text)) return any;
  if (name !== undefined) return majors.find((major) => major === CODE_NAMES[name]) ?? null;
  const fitting = majors.filter((major) => text.split('||').some((part) => fits(major, part.trim())));
  // A range without an end is about the least that is needed, not about the newest there is.
  return fitting.includes(any) ? any : fitting.length === 0 ? null : Math.max(...fitting);
}

/** Does some version of this major satisfy all comparisons of the range? Minor and patch are not looked at but for `<`. */
function fits(major: number, part: string): boolean {
  const between = /^v?(\d+)\S*\s+-\s+v?(\d+)/.exec(part);
  if (between !== null) return major >= Number(between[1]) && major <= Number(between[2]);
  const comparisons = [...part.matchAll(/(>=|<=|>|<|\^|~|=)?\s*v?(\d+)((?:\.(?:\d+|x|\*)){0,2})/g)];
  if (comparisons.length === 0) return part === '' || part === '*' || part === 'x';
  return comparisons.every(([, operator, number, rest]) => {
    const at = Number(number);
    const zero = !/[1-9]/.test(rest ?? '');
    if (operator === '>=') return major >= at;
    if (operator === '>') return rest === '' ? major > at : major >= at;
    if (operator === '<=') return major <= at;
    if (operator === '<') return zero ? major < at : major <= at;
    return major === at;
  });
}

/** What people are told about the runtime; `image` is the stack's. */
export function runtimeChoice({ image, want }: { image: string; want: WantedNode | null }): PlanChoice {
  return {
    what: 'Runtime',
    value: `Node.js from ${image}`,
    why:
      want === null
        ? 'Nothing asks for a version ("engines" in package.json, .nvmrc, .node-version), so the host’s newest is used.'
        : `${want.from} asks for Node ${want.range}.`,
    change: want?.change ?? 'Write "engines": { "node": "22" } in package.json.',
  };
}
