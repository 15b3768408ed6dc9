import { waitFor } from '#libs/core/wait.js';
import { collectionById, unfinishedCollection, wantCollection } from '#libs/store/collections.js';
import type { Db } from '#libs/store/db.js';

/** A build waits so long for room; then it is refused as before. */
const PATIENCE_MS = 60_000;

/** The disk is short: asks the janitor for a collection and waits until it is over. Never throws: whoever asked looks at the disk again. */
export async function makeRoom(db: Db, signal: AbortSignal): Promise<void> {
  try {
    const row =
      (await unfinishedCollection(db)) ?? (await wantCollection(db, { trigger: 'pressure', dryRun: false }));
    await waitFor(
      'the disk to be collected',
      async () => signal.aborted || (await collectionById(db, row.id)).endedAt !== null,
      { timeoutMs: PATIENCE_MS, everyMs: 250 },
    );
  } catch {
    signal.throwIfAborted();
  }
}
