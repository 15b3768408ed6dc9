import { stepPosition, type StepName, type StepOutcome } from '#libs/core/steps.js';
import type { Prisma } from './generated/client.js';
import type { Db, Tx } from './db.js';
import { notify } from './notify.js';

/** What there is to show about a step. */
export type StepDetail = Prisma.InputJsonObject;

export interface StepKey {
  deploymentId: string;
  attempt: number;
  name: StepName;
  /** Instance id, when each instance has this step. */
  subject?: string;
}

/** Notes that a step began. Repeating it (after a crash) restarts its clock. */
export async function startStep(
  db: Db | Tx,
  key: StepKey,
  at: Date,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  await writeStep(db, key, { startedAt: at, endedAt: null, outcome: 'running', detail });
}

/** Notes a step's end, with what there is to show about it. */
export async function endStep(
  db: Db | Tx,
  key: StepKey,
  end: {
    startedAt: Date;
    endedAt: Date;
    outcome: Exclude<StepOutcome, 'running'>;
    detail?: Prisma.InputJsonObject;
  },
): Promise<void> {
  await writeStep(db, key, { detail: {}, ...end });
}

async function writeStep(
  db: Db | Tx,
  key: StepKey,
  data: { startedAt: Date; endedAt: Date | null; outcome: StepOutcome; detail: Prisma.InputJsonObject },
): Promise<void> {
  const id = {
    deploymentId: key.deploymentId,
    attempt: key.attempt,
    name: key.name,
    subject: key.subject ?? '',
  };
  await db.step.upsert({
    where: { deploymentId_attempt_name_subject: id },
    create: { ...id, position: stepPosition(key.name), ...data },
    update: data,
  });
  await notify(db, { t: 'step', deployment: key.deploymentId });
}

/** The timeline of a deployment. */
export function stepsOf(db: Db, deploymentId: string) {
  return db.step.findMany({
    where: { deploymentId },
    orderBy: [{ attempt: 'asc' }, { position: 'asc' }, { startedAt: 'asc' }],
  });
}
