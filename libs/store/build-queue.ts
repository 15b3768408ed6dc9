import { buildOrder, type QueueHistory, type WaitingBuild } from '#libs/core/build-queue.js';
import type { DeploymentWait } from '#libs/contracts/deployment-wait.js';
import { transaction, type Db } from './db.js';
import { appendLogLines } from './log-lines.js';

/** More than this are not put in order; those that wait longest are. */
const MOST = 500;
/** A team that began nothing for so long has no turn behind it. */
const REMEMBERED_MS = 10 * 60_000;

/** Deployments that wait for a builder, those whose builder was lost included, in the order in which they are to be built. */
export async function buildsInOrder(db: Db): Promise<string[]> {
  const rows = await db.deployment.findMany({
    where: {
      status: { in: ['queued', 'building'] },
      OR: [{ leaseUntil: null }, { leaseUntil: { lt: new Date() } }],
    },
    orderBy: { createdAt: 'asc' },
    take: MOST,
    select: { id: true, createdAt: true, app: { select: { teamId: true } } },
  });
  // The usual case costs no second question.
  if (rows.length < 2) return rows.map(({ id }) => id);
  const waiting: WaitingBuild[] = rows.map(({ id, createdAt, app }) => ({
    id,
    teamId: app.teamId,
    since: createdAt.getTime(),
  }));
  return buildOrder(waiting, await historyOf(db));
}

async function historyOf(db: Db): Promise<QueueHistory> {
  const recent = await db.deployment.findMany({
    where: {
      sourceId: { not: null },
      OR: [
        { startedAt: { gt: new Date(Date.now() - REMEMBERED_MS) } },
        { status: 'building', leaseUntil: { gt: new Date() } },
      ],
    },
    orderBy: { startedAt: 'desc' },
    take: MOST,
    select: { status: true, leaseUntil: true, startedAt: true, app: { select: { teamId: true } } },
  });
  const lastStart = new Map<string, number>();
  for (const { startedAt, app } of recent) {
    const at = startedAt?.getTime() ?? 0;
    if (at > (lastStart.get(app.teamId) ?? 0)) lastStart.set(app.teamId, at);
  }
  const held = recent.filter(
    ({ status, leaseUntil }) => status === 'building' && (leaseUntil ?? 0) > new Date(),
  );
  return { running: held.map(({ app }) => app.teamId), lastStart };
}

/**
 * Tells a queued deployment its place: in its row, for whoever asks, and as a line of its log, for whoever follows it. Only
 * when it is another than it was told before. False when it waits no more, or nothing is new.
 */
export async function noteWait(db: Db, id: string, wait: DeploymentWait): Promise<boolean> {
  return transaction(db, async (tx) => {
    const row = await tx.deployment.findFirst({ where: { id, status: 'queued' }, select: { waiting: true } });
    const before = row?.waiting as DeploymentWait | null | undefined;
    if (row === null || (before?.position === wait.position && before.reason === wait.reason)) return false;
    const { count } = await tx.deployment.updateMany({
      where: { id, status: 'queued' },
      data: { waiting: wait },
    });
    if (count === 0) return false;
    await appendLogLines(tx, id, [{ kind: 'phase', text: wait.message }]);
    return true;
  });
}

/** What is built and what waits, for administrators; at most `limit` of each, which is as many as are put in order. */
export async function buildQueue(db: Db, limit = MOST) {
  const shown = {
    number: true,
    createdAt: true,
    startedAt: true,
    waiting: true,
    app: { select: { name: true, team: { select: { slug: true } } } },
  } as const;
  const [building, waiting] = await Promise.all([
    db.deployment.findMany({
      where: { status: 'building' },
      orderBy: { startedAt: 'asc' },
      take: limit,
      select: shown,
    }),
    db.deployment.findMany({
      where: { status: 'queued' },
      orderBy: { createdAt: 'asc' },
      take: limit,
      select: shown,
    }),
  ]);
  return { building, waiting };
}
