import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/support/database.js';
import type { Tx } from './db.js';
import { EpochLost, fenced, fencedSoon, takeEpoch } from './hosts.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

const waits = async (tx: Tx): Promise<string | undefined> => {
  const [row] = await tx.$queryRaw<{ synchronous_commit: string }[]>`SHOW synchronous_commit`;
  return row?.synchronous_commit;
};

it('a write that the engine knows too does not wait for the disk; the next on the same connection does', async () => {
  const fence = await takeEpoch(t.db, 'here');
  expect(await fencedSoon(t.db, fence, waits)).toBe('off');
  for (let round = 0; round < 10; round += 1) expect(await fenced(t.db, fence, waits)).toBe('on');
});

it('neither writes once a later runtime has the host', async () => {
  const fence = await takeEpoch(t.db, 'there');
  await takeEpoch(t.db, 'there');
  await expect(fenced(t.db, fence, waits)).rejects.toBeInstanceOf(EpochLost);
  await expect(fencedSoon(t.db, fence, waits)).rejects.toBeInstanceOf(EpochLost);
});
