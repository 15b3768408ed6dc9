import { baseName } from './base.mjs';

/**
 * One stack for each version of a language. The first version's has the language's bare name, as apps get it that ask for none; the others
 * are `php-8.2`. libs/buildpack/versions.ts says the same.
 * @param {string} language
 * @param {{ version: string, suite: string }[]} versions each with the suite of Debian that has it
 * @param {(version: { version: string, suite: string }) => object} stack what makes it this language's
 */
export function runStacks(language, versions, stack) {
  return versions.map((each, at) => ({
    name: at === 0 ? language : `${language}-${each.version}`,
    on: baseName(each.suite),
    ...each,
    inputs: () => null,
    fill: async () => {},
    ...stack(each),
  }));
}

/** One stack to build with, on top of each that apps run on. */
export function buildStacks(runs, stack) {
  return runs.map(({ name, version, suite }) => ({
    name: `${name}-build`,
    on: name,
    version,
    suite,
    inputs: () => null,
    fill: async () => {},
    ...stack({ version, suite }),
  }));
}
