import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { transaction } from './db.js';
import { emitEvent } from './events.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

describe('events', () => {
  it('written by many transactions that change the same app never deadlock', async () => {
    const { appId, teamId } = await makeApp(t.db);
    const event = { teamId, appId, kind: 'app.updated', data: {}, actor: tester } as const;
    const changing = () =>
      transaction(t.db, async (tx) => {
        await tx.$queryRaw`SELECT 1 FROM "App" WHERE id = ${appId}::uuid FOR UPDATE`;
        await emitEvent(tx, event);
      });
    const telling = () => transaction(t.db, (tx) => emitEvent(tx, event));
    await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? changing() : telling())));
    expect(await t.db.event.count({ where: { appId } })).toBe(40);
  });
});
