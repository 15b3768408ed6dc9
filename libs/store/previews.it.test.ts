import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { deleteApp } from './apps.js';
import { ensurePreview, expirePreviews, listPreviews } from './previews.js';

let t: TestDatabase;
let appId: string;
beforeAll(async () => {
  t = await freshDatabase();
});
beforeEach(async () => {
  ({ appId } = await makeApp(t.db));
  await t.db.app.update({ where: { id: appId }, data: { previews: { enabled: true, days: 3 } } });
});
afterAll(() => t.drop());

const day = 24 * 3_600_000;
const inDays = (days: number) => new Date(Date.now() + days * day);
const previews = async () => (await listPreviews(t.db, appId)).map(({ branch }) => branch);
async function push(branch: string): Promise<{ id: string; name: string; created: boolean }> {
  const made = await ensurePreview(t.db, t.sealer, { appId, branch, actor: tester });
  if (made === null) throw new Error('no preview was made');
  return { id: made.app.id, name: made.app.name, created: made.created };
}

describe('a preview', () => {
  it('is over so many days after its last push, and only then', async () => {
    const { id, name } = await push('blue');
    expect(await expirePreviews(t.db, inDays(2.9))).toEqual([]);
    expect(await previews()).toEqual(['blue']);
    // Its last push was two days ago; another one gives it three more.
    await t.db.app.update({ where: { id }, data: { expiresAt: inDays(1) } });
    expect((await push('blue')).created).toBe(false);
    expect(await expirePreviews(t.db, inDays(2.9))).toEqual([]);
    expect(await expirePreviews(t.db, inDays(3.1))).toEqual([name]);
    expect(await previews()).toEqual([]);
    expect(await push('blue')).toMatchObject({ name, created: true });
  });

  it('that is pushed in the moment in which it is over is either given more time, or made anew', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await push('blue');
      await t.db.app.update({ where: { id }, data: { expiresAt: inDays(-1) } });
      const [pushed] = await Promise.all([push('blue'), expirePreviews(t.db)]);
      const [row] = await listPreviews(t.db, appId);
      expect(row?.id).toBe(pushed.id);
      expect(row?.expiresAt?.getTime()).toBeGreaterThan(Date.now());
    }
  });

  it('goes with its app', async () => {
    await push('blue');
    await push('green');
    await deleteApp(t.db, appId, tester);
    expect(await previews()).toEqual([]);
    const deleted = { kind: 'app.deleted', app: { OR: [{ id: appId }, { previewOfId: appId }] } };
    expect(await t.db.event.count({ where: deleted })).toBe(3);
  });

  it('goes in the next hour when it could not go with its app', async () => {
    const { name } = await push('blue');
    await t.db.app.update({ where: { id: appId }, data: { deletedAt: new Date() } });
    await t.db.app.updateMany({ where: { previewOfId: appId }, data: { expiresAt: new Date() } });
    expect(await expirePreviews(t.db, inDays(0.1))).toEqual([name]);
  });
});
