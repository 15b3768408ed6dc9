import type { ServedBy } from '#libs/contracts/api/mirrors.js';
import type { MirrorKind } from '#libs/core/mirrors.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { Mirror } from './generated/client.js';

export type { Mirror };

/** Lists (rows with a position) and measurements of all kinds. */
export function mirrorRows(db: Db, kind?: MirrorKind): Promise<Mirror[]> {
  return db.mirror.findMany({ where: kind === undefined ? {} : { kind }, orderBy: { position: 'asc' } });
}

/** Replaces the list of a kind; what was measured of those that stay is kept. An empty list is none. */
export function setMirrors(db: Db, kind: MirrorKind, urls: readonly string[], actor: Actor): Promise<void> {
  return transaction(db, async (tx) => {
    await tx.mirror.deleteMany({ where: { kind, url: { notIn: [...urls, 'default'] } } });
    await tx.mirror.updateMany({ where: { kind }, data: { position: null } });
    for (const [position, url] of urls.entries())
      await tx.mirror.upsert({
        where: { kind_url: { kind, url } },
        create: { kind, url, position },
        update: { position },
      });
    const data = { kind, mirrors: [...urls] };
    await emitEvent(tx, { teamId: null, appId: null, kind: 'mirrors.changed', data, actor });
  });
}

/** Keeps what a probe showed. One that was taken off the list meanwhile stays off. */
export async function noteProbe(
  db: Db,
  place: { kind: MirrorKind; url: string },
  result: { ok: boolean; latencyMs: number | null; error: string | null },
): Promise<void> {
  const seen = { ...result, checkedAt: new Date() };
  const counted = Number(result.ok);
  await db.mirror.upsert({
    where: { kind_url: place },
    create: { ...place, ...seen, checks: 1, checksOk: counted },
    update: { ...seen, checks: { increment: 1 }, checksOk: { increment: counted } },
  });
}

/** Counts a build that went on with a mirror, or could not. */
export async function noteUse(
  db: Db,
  place: { kind: MirrorKind; url: string },
  outcome: ServedBy['outcome'],
): Promise<void> {
  const at = new Date();
  const served = outcome === 'served';
  await db.mirror.upsert({
    where: { kind_url: place },
    create: { ...place, ...(served ? { served: 1, lastServedAt: at } : { failed: 1, lastFailedAt: at }) },
    update: served
      ? { served: { increment: 1 }, lastServedAt: at, lastFailedAt: null }
      : { failed: { increment: 1 }, lastFailedAt: at },
  });
}

/** Notes in a build's row what came from where. */
export async function noteServed(db: Db, buildId: string, registries: ServedBy[]): Promise<void> {
  await db.build.update({ where: { id: buildId }, data: { registries } });
}
