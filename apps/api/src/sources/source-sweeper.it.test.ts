import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { collectGarbage, needsCollecting } from '#libs/source/git/collect-garbage.js';
import { runGit } from '#libs/source/git/command.js';
import { readRefs } from '#libs/source/git/refs.js';
import { repositoryPath } from '#libs/source/git/repositories.js';
import { KEEP_SOURCES } from '#libs/source/retention.js';
import { openSnapshot } from '#libs/source/snapshot.js';
import { deleteApp } from '#libs/store/apps.js';
import { tester } from '../../../../test/support/database.js';
import { GitDoor } from '../git/testing/git-door.js';
import { SourceSweeper } from './source-sweeper.js';

let git: GitDoor;
let sweeper: SourceSweeper;
beforeAll(async () => {
  git = await GitDoor.open();
  sweeper = git.door.app.get(SourceSweeper, { strict: false });
});
afterAll(() => git.close());

async function appId(name: string): Promise<string> {
  return (await git.door.database.db.app.findFirstOrThrow({ where: { name } })).id;
}

function keptSources(gitDir: string): Promise<string[]> {
  return readRefs(gitDir, 'refs/berth/sources/').then((refs) =>
    [...refs.keys()].map((ref) => ref.slice('refs/berth/sources/'.length)).sort(),
  );
}

describe('old commits', () => {
  it(
    'are let go of, but for the newest, those in use and those that a branch has',
    { timeout: 180_000 },
    async () => {
      const { app, tree } = await git.deployed();
      const gitDir = repositoryPath(git.door.home, await appId(app));
      const [live] = await keptSources(gitDir);
      const extra = KEEP_SOURCES + 2;
      for (let number = 2; number <= 1 + extra; number++) {
        await tree.git('commit', '-q', '--amend', '--allow-empty', '-m', `Rewritten ${number}`);
        const push = tree.tryGit('push', '-f', 'berth', 'main');
        await git.platform.fails(app, number);
        await push;
      }
      const rows = await git.door.database.db.source.findMany({
        where: { app: { name: app } },
        orderBy: { createdAt: 'desc' },
      });
      const kept = [live, ...rows.slice(0, KEEP_SOURCES).map(({ id }) => id)].sort();
      await waitFor(
        'old commits to be let go of',
        async () => JSON.stringify(await keptSources(gitDir)) === JSON.stringify(kept),
        { timeoutMs: 10_000 },
      );
      // What is kept can still be built after a collection; what is not is said to be gone.
      await collectGarbage(gitDir);
      const tree1 = await openSnapshot(rows.at(-1)!, { home: git.door.home });
      expect(tree1.entries.map(({ path }) => path)).toEqual(['server.js']);
      await tree1.close();
    },
  );

  it('are packed when they lie about in thousands', async () => {
    const { app } = await git.deployed();
    const gitDir = repositoryPath(git.door.home, await appId(app));
    expect(await needsCollecting(gitDir)).toBe(false);
    // Loose objects, as many small pushes leave them.
    const folder = join(git.door.home, 'loose');
    await mkdir(folder);
    const paths = Array.from({ length: 2_100 }, (_, index) => join(folder, String(index)));
    for (const [index, path] of paths.entries()) await writeFile(path, String(index));
    await runGit(['hash-object', '-w', '--stdin-paths'], { gitDir, input: paths.join('\n') });
    expect(await needsCollecting(gitDir)).toBe(true);
    sweeper.soon(await appId(app));
    // They are too young to be dropped, so that a push that counts on them does not fail.
    await waitFor('a pack', async () => (await readdir(join(gitDir, 'objects/pack'))).length > 0, {
      timeoutMs: 20_000,
    });
  });
});

describe('a deleted app', () => {
  it('loses its repository at the next sweep, and no other does', async () => {
    const [gone, stays] = [await git.deployed(), await git.deployed()];
    const [goneId, staysId] = [await appId(gone.app), await appId(stays.app)];
    await deleteApp(git.door.database.db, goneId, tester);
    await sweeper.onApplicationBootstrap();
    const folder = join(git.door.home, 'repositories');
    await waitFor('the repository to go', async () => !(await readdir(folder)).includes(`${goneId}.git`), {
      timeoutMs: 10_000,
    });
    expect(await readdir(folder)).toContain(`${staysId}.git`);
  });
});

describe('a killed api', () => {
  it('leaves nothing half made after the next start', async () => {
    const { app } = await git.deployed();
    const gitDir = repositoryPath(git.door.home, await appId(app));
    const halves = [
      join(git.door.home, 'repositories', '.new-0198c0de'),
      join(gitDir, 'objects', 'tmp_objdir-incoming-x'),
    ];
    for (const half of halves) await mkdir(half);
    await sweeper.onApplicationBootstrap();
    expect(await readdir(join(git.door.home, 'repositories'))).not.toContain('.new-0198c0de');
    expect(await readdir(join(gitDir, 'objects'))).not.toContain('tmp_objdir-incoming-x');
  });
});
