import type { PlanContext } from './language.js';
import { stackImage } from './stack-image.js';

/** The stacks that an app is built and run on, by name and as images of this host. */
export interface Stacks {
  names: string[];
  /** Empty where nothing is built. */
  build: string;
  run: string;
}

/**
 * The stacks of one version of a language: the first version's have the language's bare name, the others are `php-8.2`. infra/stacks/versions.mjs
 * says the same. Throws BerthError `stack_missing`.
 */
export function stacksOf(
  context: PlanContext,
  stack: { language: string; versions: readonly string[]; version: string },
  needsBuild: boolean,
): Stacks {
  const { language, versions, version } = stack;
  const run = version === versions[0] ? language : `${language}-${version}`;
  const names = needsBuild ? [`${run}-build`, run] : [run];
  return {
    names,
    build: needsBuild ? stackImage(context, `${run}-build`) : '',
    run: stackImage(context, run),
  };
}

/** `3.13 and 3.11`, for people. */
export function listed(versions: readonly string[]): string {
  return versions.length < 2
    ? (versions[0] ?? '')
    : `${versions.slice(0, -1).join(', ')} and ${versions.at(-1)}`;
}

/** Does a range, as PEP 440 or Poetry writes it, allow this version? What cannot be read is left to the installer. */
export function allows(range: string, version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return range.split('||').some((part) =>
    part
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .every((condition) => allowsOne(condition, [major, minor])),
  );
}

function allowsOne(condition: string, has: readonly [number, number]): boolean {
  const match = /^(~=|==|!=|>=|<=|>|<|\^|~|=)?\s*(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?/.exec(condition);
  if (match === null) return true;
  const [, operator = '=', major = '', minor] = match;
  const hasPatch = match[4] !== undefined && match[4] !== '*';
  const wanted = [Number(major), minor === undefined || minor === '*' ? null : Number(minor)] as const;
  const sign = Math.sign(has[0] - wanted[0] || (wanted[1] === null ? 0 : has[1] - wanted[1]));
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
      return has[0] === wanted[0] && sign >= 0;
    case '~=':
      // ~=3.11 allows every 3.x from there on; ~=3.11.2 stays within 3.11.
      return hasPatch ? sign === 0 : has[0] === wanted[0] && sign >= 0;
    default:
      return sign === 0;
  }
}
