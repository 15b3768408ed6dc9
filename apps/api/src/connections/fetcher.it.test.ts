import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { AddressGuard } from '#libs/outbound/address-guard.js';
import { fetchBranch } from '#libs/source/git/fetch-branch.js';
import { readRefs } from '#libs/source/git/refs.js';
import { ensureRepository } from '#libs/source/git/repositories.js';
import { GitServer } from '#libs/source/testing/git-server.js';
import { WorkTree } from '#libs/source/testing/work-tree.js';
import { connect, connectionOf, wantFetch } from '#libs/store/git-connections.js';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../../../test/support/database.js';
import { Fetcher } from './fetcher.js';

const soon = { timeoutMs: 30_000 };
let database: TestDatabase;
let home: string;
let tree: WorkTree;
let server: GitServer;
const warnings: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  home = await mkdtemp(join(tmpdir(), 'berth-fetch-'));
  tree = await WorkTree.create({ 'index.html': 'one' });
  server = await GitServer.open(tree.dir);
});
beforeEach(() => {
  server.instead = null;
  server.asked.length = 0;
});
afterAll(async () => {
  server.close();
  await tree.remove();
  await rm(home, { recursive: true, force: true });
  await database.drop();
  expect(warnings).toEqual([]);
});

function fetcherWith(allowed: string[]): Fetcher {
  const { db, sealer } = database;
  return new Fetcher({
    ...{ db, sealer, guard: new AddressGuard(allowed), home, minFreeMb: 0, maxMb: 50 },
    onFetched: () => undefined,
    warn: (message) => warnings.push(message),
  });
}

/** An app that is connected to the server, and a wait for the end of what it has to fetch. */
async function connected(url: string, branch = 'main') {
  const { db, sealer } = database;
  const { appId: id, teamId } = await makeApp(db);
  await connect(db, sealer, { id, teamId }, { url, branch, actor: tester });
  const fetched = () =>
    waitFor(
      'the fetch to end',
      async () => {
        const row = await connectionOf(db, id);
        return row.wantedAt === null && row.leaseUntil === null && row;
      },
      soon,
    );
  const deployments = () =>
    db.deployment.findMany({ where: { appId: id }, include: { source: true }, orderBy: { number: 'asc' } });
  return { id, fetched, deployments };
}

describe('a connection', () => {
  it('deploys the branch once for each commit, as a push does, and its token is in no argument', async () => {
    const fetcher = fetcherWith(['127.0.0.1']);
    const url = new URL(server.url);
    [url.username, url.password] = ['token', 'hu%sh'];
    const { id, fetched, deployments } = await connected(url.href);
    fetcher.ask();
    const first = await fetched();
    const head = (await tree.git('rev-parse', 'HEAD')).trim();
    expect(first).toMatchObject({ commit: head, reason: null });
    expect(await deployments()).toMatchObject([
      {
        trigger: 'git',
        status: 'queued',
        source: { commit: head, ref: 'refs/heads/main', message: 'Change' },
      },
    ]);
    const basic = `Basic ${Buffer.from('token:hu%sh').toString('base64')}`;
    expect(new Set(server.asked.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
    expect(JSON.stringify(server.asked.map((one) => one.url))).not.toContain('token');

    // Told of the same push twice.
    await wantFetch(database.db, id, { again: false });
    fetcher.ask();
    await fetched();
    expect(await deployments()).toHaveLength(1);

    const next = await tree.commit({ 'index.html': 'two' });
    await wantFetch(database.db, id, { again: false });
    fetcher.ask();
    expect((await fetched()).commit).toBe(next);
    expect((await deployments()).map(({ source }) => source?.commit)).toEqual([head, next]);
    const refs = await readRefs(await ensureRepository(home, id), 'refs/heads');
    expect([...refs]).toEqual([]);
    await fetcher.stop();
  });

  it('that cannot be fetched says why, and deploys nothing', async () => {
    const fetcher = fetcherWith(['127.0.0.1']);
    const missing = await connected(server.url.href, 'no-such-branch');
    fetcher.ask();
    expect((await missing.fetched()).reason).toMatch(/has no branch no-such-branch/);
    server.instead = (_, response) => {
      response.writeHead(302, { location: `${server.url.href}/elsewhere` }).end();
      return true;
    };
    const away = await connected(server.url.href);
    fetcher.ask();
    expect((await away.fetched()).reason).toMatch(/could not fetch/);
    expect(server.asked.filter(({ url }) => url.includes('elsewhere'))).toEqual([]);
    const events = await database.db.event.findMany({ where: { appId: away.id, kind: 'connection.failed' } });
    expect(events).toHaveLength(1);
    await fetcher.stop();

    server.asked.length = 0;
    const closed = fetcherWith([]);
    const internal = await connected(server.url.href);
    closed.ask();
    expect((await internal.fetched()).reason).toMatch(/inside of this platform/);
    expect(server.asked).toEqual([]);
    await closed.stop();
    for (const one of [missing, away, internal]) expect(await one.deployments()).toEqual([]);
  });

  it('dials the address that was checked, and takes no branch for an option and no other protocol', async () => {
    const gitDir = await ensureRepository(home, crypto.randomUUID());
    const limits = { maxBytes: 1e8, signal: AbortSignal.timeout(30_000) };
    const named = new URL(server.url);
    named.hostname = 'git.invalid';
    const remote = { url: named, branch: 'main', addresses: ['127.0.0.1'], ...limits };
    expect(await fetchBranch(gitDir, remote)).toMatch(/^[0-9a-f]{40}$/);
    for (const branch of ['--upload-pack=touch', '-x', 'a..b', 'a b', '', 'x.lock', '../x', 'a:b'])
      await expect(fetchBranch(gitDir, { ...remote, branch })).rejects.toMatchObject({ code: 'bad_ref' });
    for (const url of [`file://${tree.dir}`, 'ext::sh -c touch', 'ssh://127.0.0.1/x', 'git://127.0.0.1/x'])
      await expect(fetchBranch(gitDir, { ...remote, url: new URL(url) })).rejects.toThrow(/https and http/);
  });

  it('gives up what grows beyond the limit', async () => {
    const gitDir = await ensureRepository(home, crypto.randomUUID());
    // The pack never comes, so only the limit can end the fetch.
    server.instead = (request) => request.method === 'POST';
    const remote = { url: server.url, branch: 'main', addresses: ['127.0.0.1'] };
    const fetching = fetchBranch(gitDir, { ...remote, maxBytes: -1, signal: AbortSignal.timeout(30_000) });
    await expect(fetching).rejects.toMatchObject({ code: 'fetch_too_large' });
  });
});
