import { nextAttemptAt, waitingPerWebhook, webhookTimeoutMs } from '#libs/core/webhook.js';
import { transaction, type Db, type Tx } from './db.js';
import { newestEventId, type ShownEvent } from './event-queries.js';
import { emitEvent, systemActor } from './events.js';
import type { Prisma, Webhook, WebhookDelivery } from './generated/client.js';

/** Events of one webhook that get their deliveries in one transaction. */
const atOnce = 200;
/** Longer than an attempt lasts: whoever took it has died. */
const leaseMs = 4 * webhookTimeoutMs;

/**
 * Writes a delivery for each event that webhooks wait for. The deliveries and the place up to which they were written change together,
 * and an event has one delivery per webhook: it may be killed anywhere and run by many. True when there is more.
 */
export async function fanOut(db: Db, bodyOf: (event: ShownEvent) => string): Promise<boolean> {
  const hooks = await db.webhook.findMany({
    where: { enabled: true, team: { deletedAt: null } },
    select: { id: true },
  });
  let more = false;
  for (const { id } of hooks) if (await transaction(db, (tx) => fanOutOne(tx, id, bodyOf))) more = true;
  return more;
}

async function fanOutOne(tx: Tx, id: string, bodyOf: (event: ShownEvent) => string): Promise<boolean> {
  const [locked] = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Webhook" WHERE id = ${id}::uuid AND enabled FOR UPDATE SKIP LOCKED`;
  if (locked === undefined) return false;
  const hook = await tx.webhook.findUniqueOrThrow({ where: { id } });
  // Ids become visible in their order: below the newest that is visible none is missing.
  const newest = await newestEventId(tx);
  if (newest === hook.afterEventId) return false;
  const events = await tx.event.findMany({
    where: {
      id: { gt: hook.afterEventId, lte: newest },
      teamId: hook.teamId,
      kind: { in: hook.kinds },
      ...(hook.appId !== null && { appId: hook.appId }),
    },
    orderBy: { id: 'asc' },
    take: atOnce,
    include: { team: { select: { slug: true } }, app: { select: { name: true } } },
  });
  const waiting = await tx.webhookDelivery.count({ where: { webhookId: id, status: 'waiting' } });
  if (waiting + events.length > waitingPerWebhook) {
    await switchOff(tx, hook, `${waitingPerWebhook} deliveries waited: it does not take them.`);
    return false;
  }
  await tx.webhookDelivery.createMany({
    data: events.map((event) => ({
      webhookId: id,
      eventId: event.id,
      messageId: `evt_${event.id}`,
      kind: event.kind,
      body: bodyOf(event),
    })),
    skipDuplicates: true,
  });
  const more = events.length === atOnce;
  await tx.webhook.update({
    where: { id },
    data: { afterEventId: more ? (events.at(-1)?.id ?? newest) : newest },
  });
  return more;
}

async function switchOff(tx: Tx, hook: Webhook, reason: string): Promise<void> {
  await tx.webhook.update({ where: { id: hook.id }, data: { enabled: false, reason } });
  await emitEvent(tx, {
    ...{ teamId: hook.teamId, appId: hook.appId, kind: 'webhook.disabled' },
    data: { webhookId: hook.id, host: new URL(hook.shownUrl).host, reason },
    actor: systemActor('api'),
  });
}

export type DueDelivery = WebhookDelivery & { webhook: Webhook };

/** Takes due deliveries over, the longest due first, but for those webhooks: nobody else sends them before the lease is over. */
export async function claimDeliveries(
  db: Db,
  now: Date,
  take: number,
  but: string[],
): Promise<DueDelivery[]> {
  const due = await db.webhookDelivery.findMany({
    where: { ...waitingBut(but), nextAt: { lte: now } },
    orderBy: { nextAt: 'asc' },
    take,
    include: { webhook: true },
  });
  const claimed: DueDelivery[] = [];
  for (const delivery of due) {
    const { id, attempt, nextAt } = delivery;
    const { count } = await db.webhookDelivery.updateMany({
      where: { id, status: 'waiting', attempt, nextAt },
      data: { attempt: { increment: 1 }, nextAt: new Date(now.getTime() + leaseMs) },
    });
    if (count === 1) claimed.push({ ...delivery, attempt: attempt + 1 });
  }
  return claimed;
}

/** Notes how an attempt ended; `reason` is null when it was taken. */
export async function endDelivery(
  db: Db,
  { id, attempt }: { id: string; attempt: number },
  { httpStatus, reason }: { httpStatus: number | null; reason: string | null },
  now: Date,
): Promise<void> {
  const again = reason === null ? null : nextAttemptAt(attempt, now);
  const status = reason === null ? 'delivered' : again === null ? 'failed' : 'waiting';
  await db.webhookDelivery.updateMany({
    where: { id, attempt, status: 'waiting' },
    data: { status, httpStatus, reason, ...(again === null ? { endedAt: now } : { nextAt: again }) },
  });
}

/** When the next delivery is due, but for those webhooks; null when none waits. */
export async function nextDeliveryAt(db: Db, but: string[]): Promise<Date | null> {
  const row = await db.webhookDelivery.findFirst({
    where: waitingBut(but),
    orderBy: { nextAt: 'asc' },
    select: { nextAt: true },
  });
  return row?.nextAt ?? null;
}

function waitingBut(but: string[]): Prisma.WebhookDeliveryWhereInput {
  return {
    status: 'waiting',
    webhookId: { notIn: but },
    webhook: { enabled: true, team: { deletedAt: null } },
  };
}
