import type { EventKind } from '#libs/contracts/events.js';
import type { Prisma } from './generated/client.js';
import type { Tx } from './db.js';
import { notify } from './notify.js';

/** Who did it, as shown in the audit list. `id` is null for Berth's own processes. */
export interface Actor {
  id: string | null;
  name: string;
}

/** What Berth's own processes sign with. */
export function systemActor(process: 'api' | 'builder' | 'runtime'): Actor {
  return { id: null, name: `berth ${process}` };
}

/** Any number will do, as long as nothing else locks it. */
const EVENT_ORDER_LOCK = 6_258_112;

/** What is told of. Never put a secret into `data`. */
export interface NewEvent {
  teamId: string | null;
  appId: string | null;
  kind: EventKind;
  data: Prisma.InputJsonObject;
  actor: Actor;
}

/** Writes an event row and tells listeners, when the transaction commits. */
export async function emitEvent(tx: Tx, event: NewEvent): Promise<void> {
  // Rows before the lock below, in every transaction: whoever changes an app or team holds its row and then waits for
  // the lock; inserting the event needs that row, and taking it only then would be a deadlock.
  if (event.appId !== null)
    await tx.$queryRaw`SELECT 1 FROM "App" WHERE id = ${event.appId}::uuid FOR KEY SHARE`;
  if (event.teamId !== null)
    await tx.$queryRaw`SELECT 1 FROM "Team" WHERE id = ${event.teamId}::uuid FOR KEY SHARE`;
  // Ids must become visible in their order, or a stream that resumes after the highest id it saw would skip a slower
  // transaction's lower one. The lock lasts until commit, so emit events last.
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(${EVENT_ORDER_LOCK})::text`;
  await tx.event.create({
    data: {
      teamId: event.teamId,
      appId: event.appId,
      kind: event.kind,
      data: event.data,
      actorId: event.actor.id,
      actor: event.actor.name,
    },
  });
  await notify(tx, { t: 'event', app: event.appId, team: event.teamId, kind: event.kind });
}
