import { BerthError } from '#libs/core/errors.js';
import { restartableStatuses, type InstanceStatus } from '#libs/core/instance-status.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';
import { instanceOf } from './instance-queries.js';
import { enqueue } from './outbox.js';

/**
 * Asks for another instance in the place of this one: it serves until that one is ready. Asked for twice, it is done once. Throws
 * `instance_not_found`, `instance_not_restartable`.
 */
export async function restartInstance(
  db: Db,
  wanted: { appId: string; teamId: string; instanceId: string; actor: Actor },
): Promise<void> {
  const { appId, teamId, instanceId, actor } = wanted;
  const { process, status, kind } = await instanceOf(db, appId, instanceId);
  if (kind !== 'app')
    throw new BerthError(
      'instance_not_restartable',
      'This instance is a command that was started once, so Berth keeps no other in its place; start it again with berth run, berth start or berth jobs.',
    );
  await transaction(db, async (tx) => {
    const asked = await tx.instance.updateMany({
      where: { id: instanceId, status: { in: [...restartableStatuses] }, restartAskedAt: null },
      data: { restartAskedAt: new Date() },
    });
    if (asked.count === 0) {
      const now = await tx.instance.findUnique({ where: { id: instanceId }, select: { status: true } });
      // Under way already.
      if (now !== null && restartableStatuses.includes(now.status as InstanceStatus)) return;
      throw new BerthError(
        'instance_not_restartable',
        `The instance is ${now?.status ?? status}: it is on its way out or gone, and what is wanted in its place is started anyway. List the instances to see what runs now.`,
      );
    }
    await enqueue(tx, 'look', { appId });
    await emitEvent(tx, {
      ...{ teamId, appId, actor },
      kind: 'instance.restarted',
      data: { instanceId, process },
    });
  });
}
