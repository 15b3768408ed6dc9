import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { acceptDeployment } from './accept.js';
import { pruneHistory } from './history.js';
import { appendLogLines } from './log-lines.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000);

describe('history', () => {
  it('forgets old events and old logs, but not those of the newest deployments', async () => {
    const { appId } = await makeApp(t.db);
    for (let n = 0; n < 25; n++) {
      const { deployment } = await acceptDeployment(t.db, {
        appId,
        trigger: 'image',
        actor: tester,
        source: { kind: 'image', image: 'x' },
      });
      await appendLogLines(t.db, deployment.id, [{ at: new Date(), kind: 'detail', text: 'x' }]);
    }
    await t.db.deployment.updateMany({ data: { endedAt: daysAgo(31) } });
    const [oldest] = await t.db.event.findMany({ orderBy: { id: 'asc' }, take: 1 });
    await t.db.event.update({ where: { id: oldest?.id ?? 0n }, data: { at: daysAgo(91) } });
    const events = await t.db.event.count();
    await pruneHistory(t.db);
    expect(await t.db.event.count()).toBe(events - 1);
    expect(await t.db.logLine.count()).toBe(20);
    await t.db.deployment.updateMany({ data: { endedAt: daysAgo(1) } });
    await pruneHistory(t.db);
    expect(await t.db.logLine.count()).toBe(20);
  });
});
