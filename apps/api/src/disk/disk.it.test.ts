import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppDisk, CollectionView, DiskReport, TeamDisk } from '#libs/contracts/api/disk.js';
import { waitFor } from '#libs/core/wait.js';
import { claimCollection, endCollection } from '#libs/store/collections.js';
import { makeApp } from '../../../../test/support/database.js';
import { makeUser, openApi, type TestApi } from '../testing/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

async function tenant() {
  const { appId, name, teamId } = await makeApp(api.database.db);
  const user = await makeUser(api.database.db, [{ teamId, role: 'viewer' }]);
  return { appId, name, teamId, team: `team-${name}`, token: user.token };
}
type Tenant = Awaited<ReturnType<typeof tenant>>;

function reportOf(...tenants: Tenant[]): DiskReport {
  return {
    at: new Date().toISOString(),
    disk: { totalBytes: 100, freeBytes: 50, minFreeBytes: 10 },
    areas: [{ area: 'registry', bytes: 40, note: 'Two images.' }],
    apps: tenants.map(({ appId, teamId, name }) => ({
      ...{ appId, teamId, app: name, settings: { keepReleases: null, diskMb: null } },
      ...{ keepReleases: 10, budgetBytes: 1000, ownBytes: 20, sharedBytes: 5, volumeBytes: 7, releases: [] },
    })),
    remove: tenants.map(({ appId, name }) => ({
      ...{
        kind: 'registry-image' as const,
        name: `image of ${name}`,
        app: name,
        appId,
        bytes: 1,
        why: 'It is old.',
      },
    })),
    freedBytes: 0,
    notes: ['Counted once.'],
  };
}

/** Stands in for a builder: works off what the api asks for. */
async function lookOnce(report: DiskReport): Promise<{ dryRun: boolean }> {
  const { db } = api.database;
  const claimed = await waitFor('somebody to ask', () => claimCollection(db, 'tester', 30_000), {
    timeoutMs: 20_000,
  });
  await endCollection(db, claimed.id, 'tester', { report });
  return claimed;
}

async function get<T>(path: string, token: string): Promise<{ status: number; body: T }> {
  const response = await fetch(`${api.url}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as T };
}

describe('the disk by REST', () => {
  it('shows each team its own apps, and the platform to administrators only', async () => {
    const [one, two] = [await tenant(), await tenant()];
    const asked = get<TeamDisk>(`teams/${one.team}/disk`, one.token);
    expect(await lookOnce(reportOf(one, two))).toMatchObject({ dryRun: true, trigger: 'request' });
    const team = await asked;
    expect(team.body.apps.map(({ app }) => app)).toEqual([one.name]);
    expect(JSON.stringify(team.body)).not.toContain(two.name);
    expect(JSON.stringify(team.body)).not.toContain(one.appId);

    // A look of the last minute is good enough: nobody is asked again.
    const app = await get<AppDisk>(`apps/${two.name}/disk`, two.token);
    expect(app.body).toMatchObject({
      app: { app: two.name, ownBytes: 20, volumeBytes: 7 },
      remove: [{ why: 'It is old.' }],
    });
    expect((await get(`apps/${two.name}/disk`, one.token)).status).toBe(404);
    expect((await get('platform/disk', one.token)).status).toBe(403);
    const admin = await makeUser(api.database.db, [], { admin: true });
    const all = await get<CollectionView>('platform/disk', admin.token);
    expect(all.body.report?.apps.map(({ app, team }) => [app, team])).toEqual([
      [one.name, one.team],
      [two.name, two.team],
    ]);
  });

  it('collects on request, and one collection goes on at a time', async () => {
    const { db } = api.database;
    await db.collection.deleteMany();
    const admin = await makeUser(db, [], { admin: true });
    const asked = fetch(`${api.url}/v1/platform/disk/collections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const claimed = await waitFor('the request', () => claimCollection(db, 'first', 30_000), {
      timeoutMs: 20_000,
    });
    expect(claimed.dryRun).toBe(false);
    await db.collection.create({ data: { trigger: 'timer', dryRun: false } });
    expect(await claimCollection(db, 'second', 30_000)).toBeNull();
    // Its builder was killed: the next one takes it over, and what the first still says does not count.
    await db.collection.update({ where: { id: claimed.id }, data: { leaseUntil: new Date(0) } });
    expect(await claimCollection(db, 'second', 30_000)).toMatchObject({ id: claimed.id });
    await endCollection(db, claimed.id, 'first', { error: 'late' });
    await endCollection(db, claimed.id, 'second', { report: reportOf() });
    const answer = await asked;
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ status: 'done', dryRun: false, error: null });
  });
});
