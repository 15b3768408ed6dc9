import type { SleepTier } from '#libs/core/sleep.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, systemActor, type Actor } from './events.js';
import type { App } from './generated/client.js';
import { fenced, type Fence } from './hosts.js';
import { moveWithin } from './instances.js';

/**
 * Notes that an app's web instances are to sleep so deep from now on, or to be awake. Resolves to the number of the change by which
 * it came to that tier (it may have been there already); null when it was in another tier than `from` says, or is gone.
 * Instances that were `thawed` for it are ready in the same moment: nobody reads an app that is awake and has nothing that answers.
 */
export function moveSleepTier(
  db: Db,
  fence: Fence,
  move: { appId: string; from: readonly SleepTier[]; to: SleepTier; thawed?: readonly string[] },
): Promise<number | null> {
  return fenced(db, fence, async (tx) => {
    const turn = await moveTier(tx, move);
    if (turn !== null)
      for (const id of move.thawed ?? []) await moveWithin(tx, { id, to: 'ready', from: ['frozen'] });
    return turn;
  });
}

async function moveTier(
  tx: Tx,
  move: { appId: string; from: readonly SleepTier[]; to: SleepTier },
): Promise<number | null> {
  const [moved] = await tx.app.updateManyAndReturn({
    where: {
      id: move.appId,
      deletedAt: null,
      sleepTier: { in: move.from.filter((tier) => tier !== move.to) },
    },
    data: sleeping(move.to),
    select: { teamId: true, sleepTurn: true },
  });
  if (moved !== undefined) {
    await emitEvent(tx, {
      teamId: moved.teamId,
      appId: move.appId,
      kind: 'app.sleep',
      data: { tier: move.to },
      actor: systemActor('runtime'),
    });
    return moved.sleepTurn;
  }
  const present = await tx.app.findFirst({
    where: { id: move.appId, deletedAt: null, sleepTier: move.to },
    select: { sleepTurn: true },
  });
  return present?.sleepTurn ?? null;
}

/** Notes who asked for it: falling asleep and waking are the runtime's own doing otherwise. */
export function tellOfSleep(
  db: Db,
  { id: appId, teamId }: Pick<App, 'id' | 'teamId'>,
  event: { kind: 'app.put_to_sleep' | 'app.woken'; data: { tier: SleepTier }; actor: Actor },
): Promise<void> {
  return transaction(db, (tx) => emitEvent(tx, { teamId, appId, ...event }));
}

/** Fields of an app that is awake from now on. */
export function awake() {
  return sleeping('running');
}

function sleeping(tier: SleepTier) {
  return { sleepTier: tier, sleepTierSince: new Date(), sleepTurn: { increment: 1 } };
}
