import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignoreModule from 'ignore';

/** The module is CommonJS whose types name a default export. */
const createIgnore = ignoreModule as unknown as () => {
  add(patterns: string): unknown;
  test(path: string): { ignored: boolean; unignored: boolean };
};
type Ignore = ReturnType<typeof createIgnore>;

/** What is made from the source, or belongs to one machine alone. `.berthignore` may bring it back with `!`. */
const DEFAULTS = [
  'node_modules/',
  '__pycache__/',
  '.venv/',
  '.DS_Store',
  '/.berth/',
  '/.berth-*/',
  '*.swp',
].join('\n');

/** Version control's own folders: nothing brings them back. */
const NEVER = new Set(['.git', '.hg', '.svn', '.jj']);

/** What decides how a folder is built is always sent, whatever .dockerignore says of it. */
const ALWAYS = new Set(['Dockerfile', '.dockerignore', 'Procfile', 'berth.toml']);

interface Level {
  /** Folder below the sent one that the rules are relative to: '' or `sub/folder/`. */
  base: string;
  /** Way from the rules down to the sent folder, when they stand above it: `apps/site/`. */
  prefix: string;
  rules: Ignore;
}

/** Decides what stays at home, folder by folder as a walk goes down. */
export class Ignores {
  private constructor(
    private readonly levels: readonly Level[],
    private readonly own: Ignore | null,
    private readonly docker: Ignore | null,
  ) {}

  /**
   * The rules at the top of a folder. `.gitignore` counts as git reads it. `.berthignore` is read after it, so it can leave out
   * more, or bring back with `!`. `.dockerignore` counts where there is a Dockerfile, as docker build would have it.
   */
  static async of(folder: string): Promise<Ignores> {
    const defaults = createIgnore();
    defaults.add(DEFAULTS);
    const [above, own, docker, dockerfile] = await Promise.all([
      rulesAbove(resolve(folder)),
      rulesIn(join(folder, '.berthignore')),
      rulesIn(join(folder, '.dockerignore'), dockerRules),
      readFile(join(folder, 'Dockerfile')).catch(() => null),
    ]);
    const levels = [{ base: '', prefix: '', rules: defaults }, ...above];
    return new Ignores(levels, own, dockerfile === null ? null : docker);
  }

  /**
   * The rules inside a folder: its own .gitignore is added. A folder that .berthignore brought back is brought back whole: what
   * was said outside it no longer counts.
   *
   * @param base '' or `sub/folder/`
   */
  async into(folder: string, base: string): Promise<Ignores> {
    const back = base !== '' && this.own?.test(base).unignored === true;
    const levels = back ? [] : this.levels;
    const rules = await rulesIn(join(folder, '.gitignore'));
    if (rules === null && !back) return this;
    return new Ignores(
      rules === null ? levels : [...levels, { base, prefix: '', rules }],
      this.own,
      this.docker,
    );
  }

  /** @param path relative, with slashes; a folder's ends with one */
  ignores(path: string): boolean {
    const name = path.replace(/\/$/, '').split('/').at(-1) ?? '';
    if (NEVER.has(name)) return true;
    if (ALWAYS.has(path)) return false;
    const own = this.own?.test(path);
    if (own?.ignored) return true;
    if (own?.unignored) return false;
    return this.gitIgnores(path) || (this.docker?.test(path).ignored ?? false);
  }

  /** The deepest .gitignore that says anything about a path decides. */
  private gitIgnores(path: string): boolean {
    for (const { base, prefix, rules } of this.levels.toReversed()) {
      const verdict = rules.test(prefix + path.slice(base.length));
      if (verdict.ignored) return true;
      if (verdict.unignored) return false;
    }
    return false;
  }
}

/**
 * Rules of the repository that a folder lies in, from its top downwards. Where they leave out the folder itself they say nothing: who
 * deploys `dist` by name means it.
 */
async function rulesAbove(folder: string): Promise<Level[]> {
  const top = await repositoryTop(folder);
  if (top === null) return [];
  const levels: Level[] = [];
  const add = (at: string, rules: Ignore | null): void => {
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

async function rulesIn(file: string, translate = (text: string) => text): Promise<Ignore | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const rules = createIgnore();
  rules.add(translate(text.replace(/^\ufeff/, '')));
  return rules;
}

/** .dockerignore patterns all start at the top, gitignore's without a slash match anywhere. */
export function dockerRules(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, not = '', pattern = ''] = /^(!?)\s*(?:\.?\/+)?(.*)$/.exec(line) ?? [];
      return `${not}/${pattern}`;
    })
    .join('\n');
}
