import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSmall, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { openSnapshot } from '../snapshot.js';
import { WorkTree } from '../testing/work-tree.js';
import { runGit } from './command.js';
import { openCommit } from './git-snapshot.js';
import { ensureRepository, repositoryPath } from './repositories.js';

const appId = randomUUID();
let home: string;
let work: WorkTree;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-home-'));
  work = await WorkTree.create();
  await ensureRepository(home, appId);
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  await work.remove();
});

/** Commits, and puts the commit into the app's repository as a push would. */
async function store(files: Record<string, string | Buffer> = {}): Promise<string> {
  const commit = await work.commit(files);
  await work.git('push', '-q', '-f', repositoryPath(home, appId), 'HEAD:refs/heads/main');
  return commit;
}

function open(commit: string, signal?: AbortSignal): Promise<SnapshotTree> {
  return openSnapshot({ id: randomUUID(), appId, kind: 'git', commit, format: null }, { home, signal });
}

async function text(tree: SnapshotTree, path: string): Promise<string> {
  return Buffer.from((await readSmall(tree, path, 1 << 20))!).toString();
}

describe('the snapshot of a commit', () => {
  it('lists files in order with size, mode and content id, and gives their bytes', async () => {
    await work.write({ 'run.sh': '#!/bin/sh\n', 'b/ü 日.txt': 'hello', empty: '' });
    await work.executable('run.sh');
    await work.link('link', 'b/ü 日.txt');
    const tree = await open(await store());
    expect(
      tree.entries.map(({ path, kind, executable, size, target }) => [path, kind, executable, size, target]),
    ).toEqual([
      ['b/ü 日.txt', 'file', false, 5, null],
      ['empty', 'file', false, 0, null],
      ['link', 'symlink', false, 0, 'b/ü 日.txt'],
      ['run.sh', 'file', true, 10, null],
    ]);
    expect(await text(tree, 'b/ü 日.txt')).toBe('hello');
    expect(await text(tree, 'empty')).toBe('');
    expect(await text(tree, 'run.sh')).toBe('#!/bin/sh\n');
    await tree.close();
    await tree.close();
  });

  it('reads a large file whole, and the next after one that was left early', async () => {
    const large = Buffer.alloc(3_000_000, 'berth');
    const tree = await open(await store({ large, small: 'next' }));
    for await (const _ of tree.open('large')) break;
    expect(await text(tree, 'small')).toBe('next');
    let bytes = 0;
    for await (const chunk of tree.open('large')) bytes += chunk.byteLength;
    expect(bytes).toBe(large.length);
    expect(await text(tree, 'small')).toBe('next');
    await tree.close();
  });

  it('refuses a link that leaves the source, by name', async () => {
    await work.link('escape', '../../etc/passwd');
    const commit = await store();
    await expect(open(commit)).rejects.toMatchObject({
      code: 'source_unsafe',
      message: expect.stringContaining('"escape"'),
    });
    await rm(join(work.dir, 'escape'));
    await store();
  });

  it('leaves submodules out', async () => {
    const head = (await work.git('rev-parse', 'HEAD')).trim();
    await work.git('update-index', '--add', '--cacheinfo', `160000,${head},vendor/lib`);
    await work.git('commit', '-q', '-m', 'submodule');
    await work.git('push', '-q', '-f', repositoryPath(home, appId), 'HEAD:refs/heads/main');
    const tree = await open((await work.git('rev-parse', 'HEAD')).trim());
    expect(tree.entries.map(({ path }) => path)).not.toContain('vendor/lib');
    await tree.close();
    await work.git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('says that a commit is gone, and takes nothing else for a commit', async () => {
    for (const commit of ['a'.repeat(40), 'main', '--help', '']) {
      await expect(open(commit)).rejects.toMatchObject({ code: 'source_gone' });
    }
  });

  it('stops at its limits', async () => {
    const commit = await store({ one: '1'.repeat(100), two: '2' });
    const dir = repositoryPath(home, appId);
    await expect(openCommit(dir, commit, { limits: { entries: 1, bytes: 1e9 } })).rejects.toMatchObject({
      code: 'source_too_large',
    });
    await expect(openCommit(dir, commit, { limits: { entries: 1e5, bytes: 50 } })).rejects.toMatchObject({
      code: 'source_too_large',
    });
  });

  it(
    'does not list a commit to its end that names the same few objects a thousand million times',
    { timeout: 120_000 },
    async () => {
      const { dir } = work;
      const listing = async (lines: string[]) =>
        (await runGit(['mktree'], { gitDir: join(dir, '.git'), input: lines.join('\n') })).stdout
          .toString()
          .trim();
      await store({ x: 'x' });
      let tree = await listing([`100644 blob ${(await work.git('rev-parse', 'HEAD:x')).trim()}\tx`]);
      for (let depth = 0; depth < 9; depth += 1)
        tree = await listing(Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\t${at}`));
      const commit = (await work.git('commit-tree', '-m', 'bomb', tree)).trim();
      await work.git('push', '-q', '-f', repositoryPath(home, appId), `${commit}:refs/heads/main`);
      await expect(open(commit)).rejects.toMatchObject({ code: 'source_too_large' });
    },
  );

  it('ends when it is aborted', async () => {
    const stop = new AbortController();
    const tree = await open(await store({ x: 'x' }), stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(text(tree, 'x')).rejects.toThrow('cancelled');
    await tree.close();
  });

  it('gives the bytes as they were committed, whatever .gitattributes ask for', async () => {
    const commit = await store({ '.gitattributes': '* filter=evil text eol=crlf\n', a: 'unix\n' });
    const tree = await open(commit);
    expect(await text(tree, 'a')).toBe('unix\n');
    await tree.close();
  });
});
