import type { Db, Tx } from './db.js';
import type { Prisma } from './generated/client.js';

/** Which events somebody may see: those of teams (null: of all), and their own that belong to no team. */
export interface EventScope {
  teamIds: string[] | null;
  userId: string;
  appId?: string;
  /** Leaves out the caller's own that belong to no team. */
  teamOnly?: boolean;
  /** First half of the kinds that are wanted. */
  about?: string;
}

const names = { team: { select: { slug: true } }, app: { select: { name: true } } } as const;

/** Events of the scope, newest first. */
export function eventsBefore(db: Db, scope: EventScope, before: bigint | null, take: number) {
  return db.event.findMany({
    where: { AND: [whereOf(scope), before === null ? {} : { id: { lt: before } }] },
    orderBy: { id: 'desc' },
    take,
    include: names,
  });
}
export type ShownEvent = Awaited<ReturnType<typeof eventsBefore>>[number];

/** Events of the scope after an id, oldest first: what a live stream sends and resumes with. */
export function scopedEventsAfter(
  db: Db,
  scope: EventScope,
  after: bigint,
  take: number,
): Promise<ShownEvent[]> {
  return db.event.findMany({
    where: { AND: [whereOf(scope), { id: { gt: after } }] },
    orderBy: { id: 'asc' },
    take,
    include: names,
  });
}

/** Id of the newest event; 0 when there is none. */
export async function newestEventId(db: Db | Tx): Promise<bigint> {
  const { _max } = await db.event.aggregate({ _max: { id: true } });
  return _max.id ?? 0n;
}

function whereOf(scope: EventScope): Prisma.EventWhereInput {
  const place = placeOf(scope);
  return scope.about === undefined ? place : { AND: [place, { kind: { startsWith: `${scope.about}.` } }] };
}

function placeOf({ teamIds, userId, appId, teamOnly }: EventScope): Prisma.EventWhereInput {
  if (appId !== undefined) return { appId };
  if (teamIds === null) return {};
  if (teamOnly) return { teamId: { in: teamIds } };
  return { OR: [{ teamId: { in: teamIds } }, { teamId: null, actorId: userId }] };
}
