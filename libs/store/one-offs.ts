import { oneOff, oneOffsPerApp, type OneOff } from '#libs/core/one-off.js';
import { BerthError } from '#libs/core/errors.js';
import type { Db } from './db.js';
import type { Instance, Release } from './generated/client.js';
import { fenced, type Fence } from './hosts.js';
import { leaseAddress } from './networks.js';
import { growing, runningKeys } from './quota.js';

const include = {
  app: { select: { id: true, name: true, teamId: true, deletedAt: true } },
  release: true,
} as const;

export interface OneOffRow extends Instance {
  app: { id: string; name: string; teamId: string; deletedAt: Date | null };
  release: Release;
  wish: OneOff;
}

/** Writes a one-off of the app's live release with an address of its own. Throws `no_release`, `too_many_one_offs`, `quota_exceeded`. */
export function addOneOff(
  db: Db,
  fence: Fence,
  wanted: { id: string; appId: string; networkId: string; wish: OneOff; expiresAt: Date },
): Promise<OneOffRow> {
  const { id, appId, networkId, wish, expiresAt } = wanted;
  return fenced(db, fence, async (tx) => {
    const app = await tx.app.findFirst({
      where: { id: appId, deletedAt: null },
      select: { liveReleaseId: true, teamId: true },
    });
    const releaseId = app?.liveReleaseId;
    if (!app || !releaseId)
      throw new BerthError(
        'no_release',
        'The app has no live release yet, whose config it would get; deploy first.',
      );
    const present = await tx.instance.count({
      where: { appId, kind: 'run', status: { notIn: ['stopped', 'ended'] } },
    });
    if (present >= oneOffsPerApp)
      throw new BerthError(
        'too_many_one_offs',
        `An app has at most ${oneOffsPerApp} one-offs at once; end one first.`,
      );
    const row = await growing(tx, app.teamId, runningKeys, () =>
      tx.instance.create({
        data: {
          id,
          appId,
          releaseId,
          hostId: fence.hostId,
          process: 'run',
          kind: 'run',
          status: 'creating',
          oneOff: wish,
          expiresAt,
        },
      }),
    );
    const address = await leaseAddress(tx, { networkId, instanceId: row.id });
    const whole = await tx.instance.update({ where: { id: row.id }, data: { address }, include });
    return { ...whole, wish };
  });
}

/** One-offs of this host that are not history, newest first; of one app, or one alone, where that is given. */
export async function oneOffs(
  db: Db,
  hostId: string,
  where: { appId?: string; id?: string } = {},
): Promise<OneOffRow[]> {
  const rows = await db.instance.findMany({
    where: { ...where, hostId, kind: 'run', status: { not: 'stopped' } },
    orderBy: { createdAt: 'desc' },
    include,
  });
  return rows.map((row) => ({ ...row, wish: oneOff.parse(row.oneOff) }));
}

/** Whether a one-off goes on without anybody, and until when at the latest. */
export async function noteOneOff(
  db: Db,
  fence: Fence,
  id: string,
  set: { detached?: boolean; expiresAt?: Date },
): Promise<void> {
  await fenced(db, fence, (tx) => tx.instance.updateMany({ where: { id, kind: 'run' }, data: set }));
}
