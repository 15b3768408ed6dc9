import { BerthError } from '#libs/core/errors.js';
import type { PlanChoice } from '#libs/contracts/build-plan.js';
import type { ProjectFiles } from '../project-files.js';

/** What the stack has: Debian trixie's. infra/stacks/ruby.mjs says the same. */
const AVAILABLE = [3, 3, 8] as const;
const SHOWN = AVAILABLE.join('.');

/** What an app's Gemfile says, as far as it decides a build. It is a program of Ruby's; it is read by its lines and never run here. */
export interface Gemfile {
  /** Names of the gems that it, or its lockfile, names. */
  gems: ReadonlySet<string>;
  /** null, or why the whole source must be there before gems are installed. */
  needsSource: string | null;
  /** Conditions on Ruby's version, as "~> 3.3"; empty where it names none. */
  ruby: string[];
}

/** Reads Gemfile and Gemfile.lock; an app without a Gemfile has no gems but Debian's. */
export async function readGemfile(files: ProjectFiles): Promise<Gemfile> {
  const lines = ((await files.read('Gemfile')) ?? '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/\s#.*$/, ''));
  const text = lines.filter((line) => !/^\s*#/.test(line)).join('\n');
  const named = [...text.matchAll(/^\s*gem\s*\(?\s*["']([\w.-]+)["']/gm)].map(([, name]) => name as string);
  const locked = [...((await files.read('Gemfile.lock')) ?? '').matchAll(/^ {4}([\w.-]+) \(/gm)].map(
    ([, name]) => name as string,
  );
  const local = /^\s*(?:gemspec\b|eval_gemfile\b|path\b)|\bpath:\s|:path\s*=>/m.exec(text);
  return {
    gems: new Set([...named, ...locked]),
    needsSource:
      local === null ? null : `Gemfile has "${local[0].trim()}", which reads other files of the app`,
    ruby: await rubyConditions(files, text),
  };
}

async function rubyConditions(files: ProjectFiles, text: string): Promise<string[]> {
  const line = /^\s*ruby\s*\(?\s*(.+)$/m.exec(text)?.[1];
  if (line === undefined) return [];
  const file = /file:\s*["']([^"']+)["']/.exec(line)?.[1];
  if (file === undefined) return [...line.matchAll(/["']([^"']+)["']/g)].map(([, each]) => each as string);
  const pinned = ((await files.read(file)) ?? '').trim().replace(/^ruby-/, '');
  return pinned === '' ? [] : [pinned];
}

/** Which Ruby is used and why. Throws BerthError `ruby_version` where Bundler itself would refuse. */
export function rubyChoice({ ruby }: Gemfile): PlanChoice {
  const unmet = ruby.find((condition) => !allows(condition));
  if (unmet !== undefined) {
    throw new BerthError(
      'ruby_version',
      `Gemfile asks for Ruby ${unmet}, and Berth has Ruby ${SHOWN} alone. Write ruby "~> 3.3" there once the app runs with it ` +
        `(and run "bundle lock" for Gemfile.lock), or add a Dockerfile that brings the version that you need.`,
      { details: { file: 'Gemfile', wanted: unmet, available: SHOWN } },
    );
  }
  return {
    what: 'Runtime',
    value: `Ruby ${SHOWN}`,
    why:
      ruby.length === 0
        ? 'The app names no version; this is the one that Berth has.'
        : `Gemfile asks for ${ruby.join(', ')}.`,
    change: 'Berth has the Ruby of its Debian stack; a Dockerfile may bring another.',
  };
}

/** Does a condition as gems write it allow the Ruby that there is? What cannot be read is left to Bundler. */
export function allows(condition: string): boolean {
  const match = /^\s*(~>|>=|<=|!=|=|>|<)?\s*(\d+(?:\.\d+)*)\s*$/.exec(condition);
  if (match === null) return true;
  const [, operator = '=', version = ''] = match;
  const wanted = version.split('.').map(Number);
  const sign = compare(AVAILABLE, wanted);
  switch (operator) {
    case '>=':
      return sign >= 0;
    case '>':
      return sign > 0;
    case '<=':
      return sign <= 0;
    case '<':
      return sign < 0;
    case '!=':
      return sign !== 0;
    case '~>':
      // ~> 3.2 allows every 3.x from there on; ~> 3.2.1 stays within 3.2.
      return (
        sign >= 0 &&
        wanted.slice(0, Math.max(1, wanted.length - 1)).every((part, at) => part === AVAILABLE[at])
      );
    default:
      return sign === 0;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
