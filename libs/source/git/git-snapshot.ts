import { stat } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';
import { byPath, type SnapshotEntry, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { SourceMeter, sourceLimits, type SourceLimits } from '../limits.js';
import { badEntry, linkProblem, PATH_BYTES_MAX, pathProblem } from '../paths.js';
import { collect, exitOf, spawnGit } from './command.js';
import { hasCommit } from './commits.js';
import { ObjectReader } from './object-reader.js';

/** Bytes of `ls-tree` output: 100,000 entries of 320 bytes on average. */
const LISTING_MAX = 32 * 1024 * 1024;

/**
 * The files of a commit, read from the bare repository as they are asked for: nothing is checked out. Submodules are left out.
 * Throws `source_gone`, `source_unsafe`, `source_too_large`.
 */
export async function openCommit(
  gitDir: string,
  commit: string,
  options: { signal?: AbortSignal; limits?: SourceLimits } = {},
): Promise<SnapshotTree> {
  await assertStored(gitDir, commit);
  const reader = new ObjectReader(gitDir, options.signal);
  try {
    const listed = await list(gitDir, commit, options);
    const entries = await withTargets(listed, reader);
    const ids = new Map(entries.map((entry) => [entry.path, entry]));
    return {
      entries,
      open(path) {
        const entry = ids.get(path);
        if (!entry || entry.kind !== 'file' || entry.contentId === null) throw noSuchFile(path);
        return reader.read(entry.contentId);
      },
      async close() {
        reader.close();
      },
    };
  } catch (error) {
    reader.close();
    throw error;
  }
}

async function assertStored(gitDir: string, commit: string): Promise<void> {
  const there = await stat(gitDir).then(
    () => hasCommit(gitDir, commit),
    () => false,
  );
  if (!there)
    throw new BerthError('source_gone', `Commit ${commit} is no longer stored; push it again to deploy it.`);
}

type Listed = SnapshotEntry & { contentId: string };

async function list(
  gitDir: string,
  commit: string,
  options: { signal?: AbortSignal; limits?: SourceLimits },
): Promise<Listed[]> {
  const child = spawnGit(['ls-tree', '-r', '-l', '-z', '--full-tree', commit], {
    gitDir,
    signal: options.signal,
  });
  child.stdin.end();
  child.stderr.resume();
  const [code, { bytes, cut }] = await Promise.all([
    exitOf(child),
    collect(child.stdout, LISTING_MAX, 'close'),
  ]);
  options.signal?.throwIfAborted();
  if (cut) throw new BerthError('source_too_large', 'The commit lists more files than Berth takes.');
  if (code !== 0)
    throw new BerthError('git_failed', 'The files of the commit could not be listed; push again.');
  return parseListing(bytes.toString(), options.limits ?? sourceLimits);
}

/** `<mode> SP <type> SP <object> SP+ <size> TAB <path>`, each ended by NUL. Checks every path and counts. */
export function parseListing(text: string, limits: SourceLimits): Listed[] {
  const meter = new SourceMeter(limits);
  const entries: Listed[] = [];
  for (const record of text.split('\0')) {
    if (record === '') continue;
    const match = /^(\d{6}) (\w+) ([0-9a-f]{40}) +(\d+|-)\t([^]*)$/.exec(record);
    if (!match)
      throw new BerthError('git_failed', 'git listed the files in a form that Berth does not know.');
    const [, mode = '', type, oid = '', size, path = ''] = match;
    if (type === 'commit') continue;
    meter.entry(path);
    const problem = pathProblem(path);
    if (problem) throw badEntry(path, problem, 'The commit');
    const symlink = mode === '120000';
    const bytes = Number(size);
    if (symlink && bytes > PATH_BYTES_MAX)
      throw badEntry(path, 'the target of the link is too long', 'The commit');
    meter.add(bytes, path);
    entries.push({
      path,
      kind: symlink ? 'symlink' : 'file',
      executable: mode === '100755',
      size: symlink ? 0 : bytes,
      target: null,
      contentId: oid,
    });
  }
  return entries.sort(byPath);
}

/** Reads where links point (they are few) and refuses those that leave the tree. */
async function withTargets(entries: Listed[], reader: ObjectReader): Promise<SnapshotEntry[]> {
  const whole: SnapshotEntry[] = [];
  for (const entry of entries) {
    if (entry.kind === 'file') {
      whole.push(entry);
      continue;
    }
    const parts: Buffer[] = [];
    for await (const chunk of reader.read(entry.contentId)) parts.push(chunk);
    const target = Buffer.concat(parts).toString();
    const problem = linkProblem(entry.path, target);
    if (problem) throw badEntry(entry.path, `${problem} (a link)`, 'The commit');
    whole.push({ ...entry, target });
  }
  return whole;
}

function noSuchFile(path: string): Error {
  return new Error(`There is no file ${JSON.stringify(path)} in this source.`);
}
