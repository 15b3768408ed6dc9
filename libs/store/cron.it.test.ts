import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CronEntry } from '#libs/contracts/job.js';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { adoptSchedules, fireDue, nextCronAt } from './cron.js';
import { transaction } from './db.js';
import type { Fence } from './hosts.js';
import { createRelease } from './releases.js';

let database: TestDatabase;
let fence: Fence;
beforeAll(async () => {
  database = await freshDatabase();
  const { id } = await database.db.host.create({ data: { name: 'here', epoch: 1 } });
  fence = { hostId: id, epoch: 1 };
});
afterAll(() => database.drop());

/** An app whose live release has these entries; the schedule is taken over at `now`. */
async function scheduled(now: string, ...entries: (Partial<CronEntry> & { name: string })[]) {
  const { db, sealer } = database;
  const { appId } = await makeApp(db);
  const cron = entries.map((entry) => ({
    ...{ schedule: '*/5 * * * *', timezone: 'UTC', overlap: false, missed: 'run' as const },
    ...{ task: { command: ['true'] }, timeoutSeconds: 60, retries: 0 },
    ...entry,
  }));
  const content = {
    ...{ image: 'apps/x@sha256:0', buildId: null, processes: {}, port: 8080, healthPath: null },
    manifest: { env: {}, sleep: {}, scale: {}, cron },
  };
  const release = await transaction(db, (tx) =>
    createRelease(tx, sealer, { appId, content, description: 'test', actor: tester }),
  );
  await db.app.update({ where: { id: appId }, data: { liveReleaseId: release.id } });
  await adoptSchedules(db, fence, new Date(now));
  const told = () =>
    db.event.findMany({ where: { appId, kind: { startsWith: 'job.' } }, orderBy: { id: 'asc' } });
  const jobs = async () =>
    (await db.job.findMany({ where: { appId }, orderBy: [{ cron: 'asc' }, { id: 'asc' }] })).map(
      ({ cron: name, slot, status, reason }) => [name, slot?.toISOString(), status, reason],
    );
  return { appId, jobs, told };
}

it('a moment that comes while a run goes on is skipped, and is in the history, unless runs may overlap', async () => {
  const { jobs, told } = await scheduled(
    '2026-01-01T00:01:00Z',
    { name: 'alone' },
    { name: 'beside', overlap: true },
  );
  for (const now of ['2026-01-01T00:05:01Z', '2026-01-01T00:10:01Z'])
    await fireDue(database.db, fence, new Date(now));
  expect(await jobs()).toEqual([
    ['alone', '2026-01-01T00:05:00.000Z', 'queued', null],
    ['alone', '2026-01-01T00:10:00.000Z', 'skipped', 'The run before it had not ended.'],
    ['beside', '2026-01-01T00:05:00.000Z', 'queued', null],
    ['beside', '2026-01-01T00:10:00.000Z', 'queued', null],
  ]);
  expect(await told()).toEqual([]);
});

it('moments that passed while Berth was down come to one run, or to none and a word about it', async () => {
  const { appId, jobs, told } = await scheduled(
    '2026-01-02T00:01:00Z',
    { name: 'later' },
    { name: 'never', missed: 'skip' },
  );
  await fireDue(database.db, fence, new Date('2026-01-02T06:02:00Z'));
  expect(await jobs()).toEqual([
    ['later', '2026-01-02T00:05:00.000Z', 'queued', null],
    ['never', '2026-01-02T00:05:00.000Z', 'skipped', 'Berth was not running at that moment.'],
  ]);
  expect((await told()).map(({ kind, data }) => [kind, (data as { cron: string }).cron])).toEqual([
    ['job.skipped', 'never'],
  ]);
  const next = await database.db.cronEntry.findMany({ where: { appId } });
  expect(next.map(({ nextAt }) => nextAt?.toISOString())).toEqual(
    Array.from({ length: 2 }, () => '2026-01-02T06:05:00.000Z'),
  );
});

it('a moment is one of the entry’s own time zone', async () => {
  const at = { schedule: '0 7 * * *' };
  await scheduled(
    '2026-07-01T00:00:00Z',
    { name: 'berlin', ...at, timezone: 'Europe/Berlin' },
    { name: 'shanghai', ...at, timezone: 'Asia/Shanghai' },
  );
  const rows = await database.db.cronEntry.findMany({ where: { ...at }, orderBy: { name: 'asc' } });
  expect(rows.map(({ name, nextAt }) => [name, nextAt?.toISOString()])).toEqual([
    ['berlin', '2026-07-01T05:00:00.000Z'],
    ['shanghai', '2026-07-01T23:00:00.000Z'],
  ]);
  expect(await nextCronAt(database.db)).not.toBeNull();
});
