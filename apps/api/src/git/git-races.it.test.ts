import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { repositoryPath } from '#libs/source/git/repositories.js';
import type { WorkTree } from '#libs/source/testing/work-tree.js';
import { GitDoor } from './testing/git-door.js';

let git: GitDoor;
beforeAll(async () => {
  git = await GitDoor.open();
});
afterAll(() => git.close());

describe('pushes to one app at once', () => {
  it('leave the newest commit live and tell every other push so', async () => {
    const { app, tree } = await git.deployed();
    const racers: WorkTree[] = [];
    for (let i = 0; i < 5; i++) {
      const racer = await git.clone(app);
      await racer.git('fetch', '-q', 'berth');
      await racer.git('reset', '-q', '--hard', 'berth/main');
      await racer.commit({ 'server.js': `racer ${i}` }, `Racer ${i}`);
      racers.push(racer);
    }
    let racing = true;
    // A deployment may be superseded between any two of the builder's steps: that ends its turn, never the builder.
    const build = async (id: string) => git.platform.goLive(id, await git.platform.claim(id));
    const builder = (async () => {
      while (racing) {
        const next = await git.door.database.db.deployment.findFirst({
          where: { app: { name: app }, status: 'queued' },
          orderBy: { number: 'desc' },
        });
        if (next) await build(next.id).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const pushes = await Promise.all(racers.map((racer) => racer.tryGit('push', '-f', 'berth', 'main')));
    racing = false;
    await builder;
    const tip = await git.remoteTip(tree);
    const live = await git.door.database.db.app.findFirstOrThrow({ where: { name: app } });
    const newest = await git.door.database.db.deployment.findFirstOrThrow({
      where: { appId: live.id, status: 'live' },
      orderBy: { number: 'desc' },
      include: { source: true },
    });
    expect(newest.releaseId).toBe(live.liveReleaseId);
    expect(newest.source?.commit).toBe(tip);
    expect(pushes.some(({ code }) => code === 0)).toBe(true);
    for (const { code, output } of pushes) {
      if (code === 0) expect(output).toContain('deployed to Berth');
      else expect(output).toMatch(/superseded|failed to update ref|cannot lock ref|fetch first|stale info/i);
    }
    const open = await git.door.database.db.deployment.count({
      where: { appId: live.id, status: { notIn: ['live', 'superseded'] } },
    });
    expect(open).toBe(0);
  });
});

describe('a client that goes away', () => {
  it('does not cancel the deployment', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = spawn('git', ['push', 'berth', 'main'], { cwd: tree.dir, env: tree.env(), detached: true });
    const { id } = await git.platform.accepted(app, 2);
    process.kill(-(push.pid ?? 0), 'SIGKILL');
    await once(push, 'close');
    const holder = await git.platform.claim(id);
    await git.platform.log(id, ['phase', 'Nobody reads this']);
    await git.platform.goLive(id, holder);
    expect((await git.door.database.db.deployment.findUniqueOrThrow({ where: { id } })).status).toBe('live');
  });

  it('still has its branch put back when the deployment fails', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = spawn('git', ['push', 'berth', 'main'], { cwd: tree.dir, env: tree.env(), detached: true });
    await git.platform.accepted(app, 2);
    process.kill(-(push.pid ?? 0), 'SIGKILL');
    await once(push, 'close');
    await git.platform.fails(app, 2);
    const first = (await tree.git('rev-parse', 'HEAD~1')).trim();
    await waitFor('the branch to be put back', async () => (await git.remoteTip(tree)) === first, {
      timeoutMs: 5_000,
    });
  });
});

describe('an api that died between taking a push and accepting its deployment', () => {
  it('lets the same push be repeated', async () => {
    const { app, tree } = await git.deployed();
    const commit = await tree.commit({ 'server.js': 'two' });
    const { id } = await git.door.database.db.app.findFirstOrThrow({ where: { name: app } });
    // What is left after a crash: the ref has moved, no row tells of it.
    await tree.git('push', '-q', repositoryPath(git.door.home, id), 'main');
    expect(await git.remoteTip(tree)).toBe(commit);
    const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.deploys(app, 2)]);
    expect(push.code, push.output).toBe(0);
  });
});

describe('a database that goes away while a deployment is shown', () => {
  it('interrupts nothing: the push goes on when it is back', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = tree.tryGit('push', 'berth', 'main');
    const { id } = await git.platform.accepted(app, 2);
    const holder = await git.platform.claim(id);
    await git.platform.log(id, ['phase', 'Before']);
    await cutConnections();
    await git.platform.log(id, ['phase', 'After']).catch(() => git.platform.log(id, ['phase', 'After']));
    await git.platform.goLive(id, holder);
    const { code, output } = await push;
    expect(code, output).toBe(0);
    expect(output).toMatch(/Before[^]*After[^]*Released v2/);
  });
});

/** Ends every connection to the test's database, as a restart of Postgres does. */
async function cutConnections(): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    const name = new URL(git.door.database.url).pathname.slice(1);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  } finally {
    await client.end();
  }
}
