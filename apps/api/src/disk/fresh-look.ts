import { BerthError } from '#libs/core/errors.js';
import { waitFor } from '#libs/core/wait.js';
import {
  collectionById,
  newestCollection,
  unfinishedCollection,
  wantCollection,
  type Collection,
} from '#libs/store/collections.js';
import type { Db } from '#libs/store/db.js';

/** A look of the last minute is as good as a new one: who reads often costs no more. */
const FRESH_MS = 60_000;
const PATIENCE_MS = 20_000;

/** The newest look at the disk; asks the builder for one where it is old. Throws `disk_unknown` when there never was one and the builder is away. */
export async function freshLook(db: Db): Promise<Collection> {
  const known = await newestCollection(db);
  if (known !== null && Date.now() - known.createdAt.getTime() < FRESH_MS) return known;
  const asked =
    (await unfinishedCollection(db)) ?? (await wantCollection(db, { trigger: 'request', dryRun: true }));
  const ended = await endOf(db, asked.id, PATIENCE_MS);
  if (ended?.status === 'done') return ended;
  if (known !== null) return known;
  throw new BerthError(
    'disk_unknown',
    'Nobody has looked at the disk yet: the builder does that, and it does not answer. Try again in a moment.',
  );
}

/** The collection once it has ended; null when that takes too long. */
export function endOf(db: Db, id: string, patienceMs: number): Promise<Collection | null> {
  const ended = async () => {
    const row = await collectionById(db, id);
    return row.endedAt === null ? null : row;
  };
  return waitFor('the look at the disk', ended, { timeoutMs: patienceMs, everyMs: 100 }).catch(() => null);
}
