import type { StepFactName } from '#libs/core/step-facts.js';
import { stepPosition, type StepName, type StepOutcome } from '#libs/core/steps.js';
import type { Prisma } from './generated/client.js';
import type { Db, Tx } from './db.js';
import { notify } from './notify.js';

/** What there is to show about a step. */
export type StepDetail = { readonly [Name in StepFactName]?: Prisma.InputJsonValue | null };

export interface StepKey {
  deploymentId: string;
  attempt: number;
  name: StepName;
  /** Instance id, when each instance has this step. */
  subject?: string;
}

/**
 * Notes that a step began. Repeating it (after a crash) restarts its clock. Of a deployment that has ended nothing begins:
 * a worker that has not heard of the end yet must not leave a step running for ever. The row lock makes this wait for an end
 * that is just being written.
 */
export async function startStep(db: Db | Tx, key: StepKey, at: Date): Promise<void> {
  const { deploymentId, attempt, name, subject } = idOf(key);
  await db.$executeRaw`
    INSERT INTO "Step" ("deploymentId", attempt, name, subject, position, "startedAt", outcome)
    SELECT id, ${attempt}, ${name}, ${subject}, ${stepPosition(name)}, ${at}, 'running'
    FROM "Deployment" WHERE id = ${deploymentId}::uuid AND "endedAt" IS NULL FOR SHARE
    ON CONFLICT ("deploymentId", attempt, name, subject)
    DO UPDATE SET "startedAt" = EXCLUDED."startedAt", "endedAt" = NULL, outcome = 'running', detail = '{}'`;
  await notify(db, { t: 'step', deployment: deploymentId });
}

/** Notes a step's end, with what there is to show about it. */
export async function endStep(
  db: Db | Tx,
  key: StepKey,
  end: {
    startedAt: Date;
    endedAt: Date;
    outcome: Exclude<StepOutcome, 'running'>;
    detail?: StepDetail;
  },
): Promise<void> {
  const id = idOf(key);
  const data = { detail: {}, ...end };
  await db.step.upsert({
    where: { deploymentId_attempt_name_subject: id },
    create: { ...id, position: stepPosition(key.name), ...data },
    update: data,
  });
  await notify(db, { t: 'step', deployment: key.deploymentId });
}

function idOf(key: StepKey) {
  return {
    deploymentId: key.deploymentId,
    attempt: key.attempt,
    name: key.name,
    subject: key.subject ?? '',
  };
}

/** The timeline of a deployment. */
export function stepsOf(db: Db, deploymentId: string) {
  return db.step.findMany({
    where: { deploymentId },
    orderBy: [{ attempt: 'asc' }, { position: 'asc' }, { startedAt: 'asc' }],
  });
}
