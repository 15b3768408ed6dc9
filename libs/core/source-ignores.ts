import ignoreModule from 'ignore';

/** The module is CommonJS whose types name a default export. */
const createIgnore = ignoreModule as unknown as () => {
  add(patterns: string): unknown;
  test(path: string): { ignored: boolean; unignored: boolean };
};
/** Patterns as git reads them. */
export type IgnoreRules = ReturnType<typeof createIgnore>;

/** What is made from the source, or belongs to one machine alone. `.berthignore` may bring it back with `!`. */
const DEFAULTS = [
  'node_modules/',
  '__pycache__/',
  '.venv/',
  '.DS_Store',
  '__MACOSX/',
  '/.berth/',
  '/.berth-*/',
  '*.swp',
].join('\n');

/** Version control's own folders: nothing brings them back. */
const NEVER = new Set(['.git', '.hg', '.svn', '.jj']);

/** What decides how a folder is built is always sent, whatever .dockerignore says of it. */
const ALWAYS = new Set(['Dockerfile', '.dockerignore', 'Procfile', 'berth.toml']);

export interface IgnoreLevel {
  /** Folder below the sent one that the rules are relative to: '' or `sub/folder/`. */
  base: string;
  /** Way from the rules down to the sent folder, when they stand above it: `apps/site/`. */
  prefix: string;
  rules: IgnoreRules;
}

/** Texts of the files at the top of the sent folder that say what stays at home; null where there is none. */
export interface TopFiles {
  berthignore: string | null;
  /** Counts where there is a Dockerfile, as docker build would have it. */
  dockerignore: string | null;
  dockerfile: boolean;
}

/**
 * Decides which files of a folder stay at home, folder by folder as a walk goes down: for the command line and the page alike.
 * `.gitignore` counts as git reads it. `.berthignore` is read after it, so it can leave out more, or bring back with `!`.
 */
export class SourceIgnores {
  private constructor(
    private readonly levels: readonly IgnoreLevel[],
    private readonly own: IgnoreRules | null,
    private readonly docker: IgnoreRules | null,
  ) {}

  /** @param above rules of a repository that the folder lies in, from its top downwards */
  static of(top: TopFiles, above: readonly IgnoreLevel[] = []): SourceIgnores {
    const levels = [{ base: '', prefix: '', rules: ignoreRules(DEFAULTS) }, ...above];
    const own = top.berthignore === null ? null : ignoreRules(top.berthignore);
    const docker =
      top.dockerfile && top.dockerignore !== null ? ignoreRules(dockerRules(top.dockerignore)) : null;
    return new SourceIgnores(levels, own, docker);
  }

  /**
   * The rules inside a folder: its own .gitignore is added. A folder that .berthignore brought back is brought back whole: what
   * was said outside it no longer counts.
   *
   * @param base '' or `sub/folder/`
   */
  into(base: string, gitignore: string | null): SourceIgnores {
    const back = base !== '' && this.own?.test(base).unignored === true;
    const levels = back ? [] : this.levels;
    if (gitignore === null && !back) return this;
    return new SourceIgnores(
      gitignore === null ? levels : [...levels, { base, prefix: '', rules: ignoreRules(gitignore) }],
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

/** The text of an ignore file, ready to be asked. */
export function ignoreRules(text: string): IgnoreRules {
  const rules = createIgnore();
  rules.add(text.replace(/^\ufeff/, ''));
  return rules;
}

/** .dockerignore patterns all start at the top, gitignore's without a slash match anywhere. */
function dockerRules(text: string): string {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, not = '', pattern = ''] = /^(!?)\s*(?:\.?\/+)?(.*)$/.exec(line) ?? [];
      return `${not}/${pattern}`;
    })
    .join('\n');
}
