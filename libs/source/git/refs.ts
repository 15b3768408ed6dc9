import { BerthError } from '#libs/core/errors.js';
import { runGit } from './command.js';
import { assertId } from './repositories.js';

/** What git writes for "there is no such ref". */
export const NO_COMMIT = '0'.repeat(40);

/** Refs of Berth's own; hidden from every client. */
export const OWN_REFS = 'refs/berth';

const OID = /^[0-9a-f]{40}$/;

export function isOid(value: string): boolean {
  return OID.test(value);
}

/** The ref that keeps a source's commit alive while Berth may build it again. */
export function sourceRef(sourceId: string): string {
  assertId(sourceId);
  return `${OWN_REFS}/sources/${sourceId}`;
}

/**
 * Refs below a prefix (or the one ref of that name): name to object id. `prefix` starts with `refs/`, so that it can never be
 * taken for an option.
 */
export async function readRefs(gitDir: string, prefix: string): Promise<Map<string, string>> {
  if (!prefix.startsWith('refs/')) throw new BerthError('bad_ref', `${prefix} is not a full ref name.`);
  const { stdout } = await runGit(['for-each-ref', '--format=%(objectname) %(refname)', prefix], {
    gitDir,
    maxOutput: 16 * 1024 * 1024,
  });
  const refs = new Map<string, string>();
  for (const line of stdout.toString().split('\n')) {
    const at = line.indexOf(' ');
    if (at > 0) refs.set(line.slice(at + 1), line.slice(0, at));
  }
  return refs;
}

/** What one ref points at, or null. */
export async function readRef(gitDir: string, ref: string): Promise<string | null> {
  return (await readRefs(gitDir, ref)).get(ref) ?? null;
}

export interface RefChange {
  ref: string;
  /** null: delete it. Left out: leave it, but demand `from`. */
  to?: string | null;
  /** What it must be now: an id, null for "must not exist", undefined for "whatever it is". */
  from?: string | null;
}

/**
 * Changes refs in one transaction: all of them when each still is what `from` says, else none and false. Throws only when git
 * itself fails in another way.
 */
export async function changeRefs(gitDir: string, changes: RefChange[]): Promise<boolean> {
  if (changes.length === 0) return true;
  const lines = changes.map(({ ref, to, from }) => {
    const ids = [to, from].filter((id) => typeof id === 'string');
    if (to === undefined && from === undefined)
      throw new TypeError('A change that neither changes nor demands.');
    if (!ref.startsWith('refs/') || /[\0\n]/.test(ref) || !ids.every(isOid))
      throw new BerthError('bad_ref', 'A ref or commit id of this change is malformed.');
    // An empty old value means "must not exist" to update, but "whatever it is" to delete.
    const old = from === undefined ? '' : (from ?? NO_COMMIT);
    if (to === undefined) return `verify ${ref}\0${old}\0`;
    return to === null ? `delete ${ref}\0${old}\0` : `update ${ref}\0${to}\0${old}\0`;
  });
  try {
    await runGit(['update-ref', '--stdin', '-z', '--no-deref'], {
      gitDir,
      input: `start\0${lines.join('')}prepare\0commit\0`,
    });
    return true;
  } catch (error) {
    for (const { ref, from } of changes) {
      if (from !== undefined && (await readRef(gitDir, ref)) !== from) return false;
    }
    throw error;
  }
}

/**
 * Brings a branch of another repository of Berth's own here, as `branch`, whatever that was before; gives its commit. The only transport that
 * any git of Berth's may use, and only between its own folders.
 */
export async function copyBranch(
  gitDir: string,
  from: { gitDir: string; ref: string },
  branch: string,
): Promise<string> {
  for (const ref of [from.ref, branch])
    if (!ref.startsWith('refs/heads/') || /[\0\n:*]/.test(ref))
      throw new BerthError('bad_ref', `${ref} is not a branch.`);
  const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  await runGit(['fetch', ...flags, '--', from.gitDir, `+${from.ref}:${branch}`], {
    gitDir,
    settings: { 'protocol.file.allow': 'always' },
    env: { GIT_ALLOW_PROTOCOL: 'file' },
  });
  const commit = await readRef(gitDir, branch);
  if (commit === null) throw new BerthError('bad_ref', `${from.ref} has gone meanwhile.`);
  return commit;
}

/** Points HEAD at a branch: what a clone checks out, and what git refuses to have deleted. */
export async function setHead(gitDir: string, ref: string): Promise<void> {
  if (!ref.startsWith('refs/heads/')) throw new BerthError('bad_ref', `${ref} is not a branch.`);
  await runGit(['symbolic-ref', 'HEAD', ref], { gitDir });
}
