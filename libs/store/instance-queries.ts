import { BerthError } from '#libs/core/errors.js';
import { oneOff } from '#libs/core/one-off.js';
import type { Db } from './db.js';
import type { Metric } from './generated/client.js';

export type { Metric };

/** History that is shown at most. */
const SHOWN = 100;

const shown = {
  release: { select: { number: true, memoryMb: true, cpus: true, pids: true, image: true } },
  host: { select: { name: true, engine: true } },
} as const;

/** Instances of an app, newest first; stopped ones only on request. */
export function listInstances(db: Db, appId: string, all: boolean) {
  return db.instance.findMany({
    where: { appId, ...(!all && { status: { not: 'stopped' } }) },
    orderBy: { createdAt: 'desc' },
    take: SHOWN,
    include: shown,
  });
}

/** One of them. Throws `instance_not_found`. */
export async function shownInstance(db: Db, appId: string, id: string): Promise<ShownInstance> {
  const row = await db.instance.findFirst({ where: { id, appId }, include: shown });
  return row ?? notThere();
}

/** An instance of an app. Throws `instance_not_found`. */
export async function instanceOf(db: Db, appId: string, id: string) {
  const row = await db.instance.findFirst({
    where: { id, appId },
    select: { id: true, kind: true, process: true, status: true, release: { select: { number: true } } },
  });
  return row ?? notThere();
}

function notThere(): never {
  throw new BerthError(
    'instance_not_found',
    'The app has no such instance; list its instances to see their ids.',
  );
}

/** A one-off of an app that is there; its command as people read it. Throws `instance_not_found`. */
export async function oneOffOf(db: Db, appId: string, id: string): Promise<{ command: string }> {
  const row = await db.instance.findFirst({
    where: { id, appId, kind: 'run', status: { not: 'stopped' } },
    select: { oneOff: true },
  });
  if (row) return { command: oneOff.parse(row.oneOff).command.join(' ').slice(0, 500) };
  throw new BerthError(
    'instance_not_found',
    'The app has no such one-off instance (any more); list its instances to see their ids.',
  );
}

export type ShownInstance = Awaited<ReturnType<typeof listInstances>>[number];

/** The newest sample of each of these instances, by instance id; older than a minute counts as none. */
export async function latestMetrics(db: Db, instanceIds: string[]): Promise<Map<string, Metric>> {
  const rows = await db.metric.findMany({
    where: { instanceId: { in: instanceIds }, at: { gt: new Date(Date.now() - 60_000) } },
    orderBy: [{ instanceId: 'asc' }, { at: 'desc' }],
    distinct: ['instanceId'],
  });
  return new Map(rows.map((row) => [row.instanceId, row]));
}

/** An app's samples since a time, oldest first, with the instances they belong to. At most `limit` of the newest. */
export async function metricsSince(db: Db, appId: string, since: Date, limit: number) {
  const rows = await db.metric.findMany({
    where: { appId, at: { gte: since } },
    orderBy: { at: 'desc' },
    take: limit,
  });
  const instances = await db.instance.findMany({
    where: { id: { in: [...new Set(rows.map(({ instanceId }) => instanceId))] } },
    select: { id: true, process: true, release: { select: { number: true } } },
  });
  return { rows: rows.reverse(), instances };
}
