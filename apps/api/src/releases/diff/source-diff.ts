import { createHash } from 'node:crypto';
import type { FileChange } from '#libs/contracts/api/release-diff.js';
import { diffLines, unified } from '#libs/core/line-diff.js';
import { readSmall, type SnapshotEntry, type SnapshotTree } from '#libs/core/snapshot-tree.js';

/** What is listed, read and shown at most: a comparison is for people. */
export const diffLimits = { files: 200, patches: 50, fileBytes: 128 * 1024, patchBytes: 512 * 1024 };

/** Changed files of two sources with their changed lines, by path; `more` were left out of the list. */
export async function diffSources(
  before: SnapshotTree,
  after: SnapshotTree,
  limits = diffLimits,
): Promise<{ files: FileChange[]; more: number }> {
  const pairs = await changedPairs(before, after);
  const files: FileChange[] = [];
  let room = limits.patchBytes;
  for (const [index, pair] of pairs.slice(0, limits.files).entries()) {
    const lines =
      index < limits.patches && room > 0 ? await linesOf(pair, before, after, limits.fileBytes) : null;
    const patch = lines === null ? null : unified(lines);
    const shown = patch !== null && patch.length <= room ? patch : null;
    room -= shown?.length ?? 0;
    files.push({
      path: pair.path,
      kind: pair.before === null ? 'added' : pair.after === null ? 'removed' : 'changed',
      bytesBefore: pair.before?.size ?? null,
      bytesAfter: pair.after?.size ?? null,
      linesAdded: lines?.filter(({ kind }) => kind === 'added').length ?? null,
      linesRemoved: lines?.filter(({ kind }) => kind === 'removed').length ?? null,
      patch: shown,
    });
  }
  return { files, more: Math.max(0, pairs.length - limits.files) };
}

interface Pair {
  path: string;
  before: SnapshotEntry | null;
  after: SnapshotEntry | null;
}

async function changedPairs(before: SnapshotTree, after: SnapshotTree): Promise<Pair[]> {
  const old = new Map(before.entries.map((entry) => [entry.path, entry]));
  const now = new Map(after.entries.map((entry) => [entry.path, entry]));
  const pairs: Pair[] = [];
  for (const path of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const pair = { path, before: old.get(path) ?? null, after: now.get(path) ?? null };
    if (!(await isSame(pair, before, after))) pairs.push(pair);
  }
  return pairs;
}

async function isSame(pair: Pair, before: SnapshotTree, after: SnapshotTree): Promise<boolean> {
  const { before: old, after: now } = pair;
  if (old === null || now === null) return false;
  if (old.kind !== now.kind || old.size !== now.size || old.executable !== now.executable) return false;
  if (old.kind === 'symlink') return old.target === now.target;
  // A commit and an archive name contents each in their own way.
  if (old.contentId !== null && old.contentId.length === now.contentId?.length)
    return old.contentId === now.contentId;
  return (await digestOf(before, pair.path)) === (await digestOf(after, pair.path));
}

async function digestOf(tree: SnapshotTree, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of tree.open(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** null where there are no lines to compare. */
async function linesOf(pair: Pair, before: SnapshotTree, after: SnapshotTree, maxBytes: number) {
  const old = await textOf(pair.before, before, maxBytes);
  const now = await textOf(pair.after, after, maxBytes);
  return old === null || now === null ? null : diffLines(old, now);
}

async function textOf(
  entry: SnapshotEntry | null,
  tree: SnapshotTree,
  maxBytes: number,
): Promise<string[] | null> {
  if (entry === null) return [];
  if (entry.kind === 'symlink') return [entry.target ?? ''];
  if (entry.size > maxBytes) return null;
  const bytes = await readSmall(tree, entry.path, maxBytes);
  if (bytes === null || bytes.includes(0)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines;
  } catch {
    return null;
  }
}
