import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/support/database.js';
import { ensureFirstAdmin } from './first-admin.js';
import { useToken } from './tokens.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

let counter = 0;
async function run() {
  counter += 1;
  const secretHash = `hash${counter}`;
  const admin = await ensureFirstAdmin(t.db, {
    email: 'admin@berth.localhost',
    passwordHash: `password${counter}`,
    token: { prefix: `prefix${counter}`, secretHash },
  });
  return { ...admin, secretHash };
}

describe('the first administrator', () => {
  it('is made once with a team, however many starts come at once, and the last token is the valid one', async () => {
    const runs = await Promise.all([run(), run(), run()]);
    expect(await t.db.user.count()).toBe(1);
    expect(await t.db.team.findMany({ select: { slug: true } })).toEqual([{ slug: 'home' }]);
    const valid = [];
    for (const { secretHash } of runs) if (await useToken(t.db, secretHash)) valid.push(secretHash);
    expect(valid).toHaveLength(1);
  });

  it('keeps the password once the token was used, and gets a new token all the same', async () => {
    const before = await t.db.user.findFirstOrThrow();
    const { passwordSet, secretHash } = await run();
    expect(passwordSet).toBe(false);
    expect((await t.db.user.findFirstOrThrow()).passwordHash).toBe(before.passwordHash);
    expect((await useToken(t.db, secretHash))?.user.admin).toBe(true);
  });
});
