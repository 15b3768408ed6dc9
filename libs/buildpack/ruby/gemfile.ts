import { BerthError } from '#libs/core/errors.js';
import type { PlanChoice } from '#libs/contracts/build-plan.js';
import type { ProjectFiles } from '../project-files.js';
import { listed } from '../versions.js';

/** What there are stacks for, the one that apps get that ask for none first; infra/stacks/ruby.mjs says the same. Bundler looks at the last number too. */
const AVAILABLE = ['3.3.8', '3.1.2'] as const;
export const RUBIES = AVAILABLE.map((full) => full.split('.').slice(0, 2).join('.'));

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

/**
 * Which Ruby is used and why, and a warning where the app names another. Throws BerthError `ruby_version` where Bundler itself would refuse all that
 * there are.
 */
export async function rubyChoice(
  files: ProjectFiles,
  { ruby }: Gemfile,
): Promise<{ version: string; choice: PlanChoice; warning: string | null }> {
  const said = files.settings.build.versions['ruby'];
  const fitting = AVAILABLE.filter((each) => ruby.every((condition) => allows(condition, each)));
  const hint = said ?? (await files.read('.ruby-version'))?.trim().replace(/^ruby-/, '') ?? null;
  // Only as far as two numbers: the third is Debian's.
  const [line] = /^\d+(?:\.\d+)?/.exec(hint ?? '') ?? [''];
  const exact = fitting.find((each) => line === '' || `${each}.`.startsWith(`${line}.`));
  const full = exact ?? (said === undefined ? fitting[0] : undefined);
  if (full === undefined) {
    const from = said === undefined ? 'Gemfile' : 'berth.toml';
    const wanted = said ?? ruby.join(', ');
    throw new BerthError(
      'ruby_version',
      `${from} asks for Ruby ${wanted}, and Berth has Ruby ${listed(AVAILABLE)} alone. Write ruby "~> 3.3" there once the app runs with it ` +
        `(and run "bundle lock" for Gemfile.lock), or add a Dockerfile that brings the version that you need.`,
      { details: { file: from, wanted, available: [...AVAILABLE] } },
    );
  }
  return {
    version: RUBIES[AVAILABLE.indexOf(full)] as string,
    choice: {
      what: 'Runtime',
      value: `Ruby ${full}`,
      why:
        ruby.length > 0 && said === undefined
          ? `Gemfile asks for ${ruby.join(', ')}.`
          : hint === null
            ? 'The app names no version; this is what it gets then.'
            : `${said === undefined ? '.ruby-version' : 'berth.toml'} asks for ${hint}.`,
      change: `Write ruby "~> ${RUBIES.find((each) => !full.startsWith(each))}.0" into Gemfile: Berth has Ruby ${listed(AVAILABLE)}, of Debian. A Dockerfile may bring another.`,
    },
    warning:
      exact === undefined
        ? `.ruby-version asks for Ruby ${hint}; the app is built with Ruby ${full}, as Berth has Ruby ${listed(AVAILABLE)} alone.`
        : null,
  };
}

/** Does a condition as gems write it allow this Ruby? What cannot be read is left to Bundler. */
export function allows(condition: string, full: string): boolean {
  const has = full.split('.').map(Number);
  const match = /^\s*(~>|>=|<=|!=|=|>|<)?\s*(\d+(?:\.\d+)*)\s*$/.exec(condition);
  if (match === null) return true;
  const [, operator = '=', version = ''] = match;
  const wanted = version.split('.').map(Number);
  const sign = compare(has, wanted);
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
        sign >= 0 && wanted.slice(0, Math.max(1, wanted.length - 1)).every((part, at) => part === has[at])
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
