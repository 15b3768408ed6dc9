import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ignoreRules, SourceIgnores, type IgnoreLevel, type IgnoreRules } from '#libs/core/source-ignores.js';

/** The rules at the top of a folder, and those of the repository that it lies in. */
export async function ignoresOf(folder: string): Promise<SourceIgnores> {
  const [above, berthignore, dockerignore, dockerfile] = await Promise.all([
    rulesAbove(resolve(folder)),
    textOf(join(folder, '.berthignore')),
    textOf(join(folder, '.dockerignore')),
    textOf(join(folder, 'Dockerfile')),
  ]);
  return SourceIgnores.of({ berthignore, dockerignore, dockerfile: dockerfile !== null }, above);
}

/** The .gitignore of a folder. */
export function gitignoreOf(folder: string): Promise<string | null> {
  return textOf(join(folder, '.gitignore'));
}

/**
 * Rules of the repository that a folder lies in, from its top downwards. Where they leave out the folder itself they say nothing: who
 * deploys `dist` by name means it.
 */
async function rulesAbove(folder: string): Promise<IgnoreLevel[]> {
  const top = await repositoryTop(folder);
  if (top === null) return [];
  const levels: IgnoreLevel[] = [];
  const add = (at: string, rules: IgnoreRules | null): void => {
    const way = relative(at, folder);
    if (rules !== null)
      levels.push({ base: '', prefix: way === '' ? '' : `${way.replaceAll(sep, '/')}/`, rules });
  };
  add(top, await rulesIn(join(top, '.git', 'info', 'exclude')));
  const names = relative(top, folder).split(sep).filter(Boolean);
  for (let depth = 0; depth < names.length; depth++) {
    const at = join(top, ...names.slice(0, depth));
    add(at, await rulesIn(join(at, '.gitignore')));
  }
  const mute = levels.some(({ prefix, rules }) => prefix !== '' && rules.test(prefix).ignored);
  return mute ? [] : levels;
}

/** The nearest folder upwards with a .git in it. */
async function repositoryTop(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await stat(join(at, '.git')).catch(() => null)) !== null) return at;
    if (dirname(at) === at) return null;
  }
}

async function rulesIn(file: string): Promise<IgnoreRules | null> {
  const text = await textOf(file);
  return text === null ? null : ignoreRules(text);
}

function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
