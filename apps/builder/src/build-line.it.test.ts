import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../../test/support/database.js';
import { holdBuild, type HostPressure } from '#libs/core/admission.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { buildsInOrder } from '#libs/store/build-queue.js';
import { NoticeListener } from '#libs/store/listener.js';
import { BuildLine } from './build-line.js';
import type { Claim } from './claim.js';

let database: TestDatabase;
let listener: NoticeListener;
const claims: Claim[] = [];
const calm: HostPressure = { availableMb: 64_000, freeDiskMb: 64_000, loadPerCpu: 0 };

beforeAll(async () => {
  database = await freshDatabase();
  listener = new NoticeListener(database.url);
  await listener.open();
});
afterEach(async () => {
  for (const claim of claims.splice(0)) claim.close();
  await database.db.deployment.deleteMany();
});
afterAll(async () => {
  await listener.close();
  await database.drop();
});

/** A builder's line on a host that is doing so. */
function line(pressure: HostPressure, concurrency = 3): BuildLine {
  const limits = {
    concurrency,
    minFreeMemoryMb: 256,
    minFreeDiskMb: 1,
    buildMemoryMb: 512,
    maxLoadPerCpu: 4,
  };
  return new BuildLine(
    database.db,
    listener,
    async (running) => holdBuild(pressure, running, limits),
    pino({ level: 'silent' }),
  );
}

async function take(from: BuildLine): Promise<string | null> {
  const claim = await from.take();
  if (claim !== null) claims.push(claim);
  return claim?.deployment.id ?? null;
}

/** A team with so many apps, one queued deployment each; gives the deployments' ids, oldest first. */
async function pushes(count: number): Promise<string[]> {
  const first = await makeApp(database.db);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { appId } = index === 0 ? first : await makeApp(database.db);
    await database.db.app.update({ where: { id: appId }, data: { teamId: first.teamId } });
    const source = { kind: 'image' as const, image: 'x' };
    const { deployment } = await acceptDeployment(database.db, {
      appId,
      trigger: 'image',
      actor: tester,
      source,
    });
    ids.push(deployment.id);
  }
  return ids;
}

describe('the line of builds', () => {
  it('lets a team’s only push pass the many of a team that came before', async () => {
    const [first, second, third] = await pushes(3);
    const [late] = await pushes(1);
    const builder = line(calm, 4);
    expect([await take(builder), await take(builder), await take(builder), await take(builder)]).toEqual([
      first,
      late,
      second,
      third,
    ]);
    expect(await take(builder)).toBeNull();
  });

  it('begins no more builds than its builder works on, and goes on when one has ended', async () => {
    const [first, second] = await pushes(2);
    const builder = line(calm, 1);
    expect([await take(builder), await take(builder)]).toEqual([first, null]);
    builder.leave();
    expect(await take(builder)).toBe(second);
  });

  it('gives each deployment to one of two builders that ask at the same time', async () => {
    const ids = await pushes(4);
    const [one, two] = [line(calm), line(calm)];
    const taken = await Promise.all([take(one), take(two), take(one), take(two)]);
    expect(taken.sort()).toEqual([...ids].sort());
  });

  it('holds builds while the host is short of memory, and tells those who wait their place and why, once', async () => {
    const [first, second] = await pushes(2);
    const builder = line({ ...calm, availableMb: 100 });
    expect(await take(builder)).toBeNull();
    const told = new Set([second ?? '']);
    for (let look = 0; look < 2; look += 1) await builder.tell(await buildsInOrder(database.db), told);
    const rows = await database.db.deployment.findMany({ orderBy: { createdAt: 'asc' } });
    expect(rows.map(({ id, waiting }) => [id, waiting])).toEqual([
      [first, null],
      [second, expect.objectContaining({ position: 2, of: 2, reason: 'memory' })],
    ]);
    const lines = await database.db.logLine.findMany({ where: { deploymentId: second ?? '' } });
    expect(lines.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Waiting to be built: 2 of 2 in line\. The host has 100 MiB of free memory/),
    ]);
  });
});
