import { buildPlan, imageLayer, type BuildPlan, type ImageLayer } from '#libs/contracts/build-plan.js';
import type { BuildLimitsView, BuildStepReport, BuildUsageView } from '#libs/contracts/build-report.js';
import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { transaction, type Db, type Tx } from './db.js';
import { moveDeployment, type Holder } from './deployments.js';
import type { Actor } from './events.js';
import type { App, Build, Release, Source } from './generated/client.js';
import { assertNotCollected } from './image-removals.js';
import { lockApp } from './locks.js';
import { appendLogLines } from './log-lines.js';
import { growing, runningKeys } from './quota.js';
import { createRelease, openConfig, type ReleaseContent } from './releases.js';

/** What a builder must know of a deployment that it claimed. */
export interface BuildOrder {
  app: Pick<App, 'id' | 'name' | 'teamId' | 'kind' | 'scale' | 'autoscale' | 'rollout'>;
  source: Source;
  /** Values that must not appear in anything that is shown; opened config, handle with care. */
  config: Record<string, string>;
  /** The newest finished build of the app: what the new image is compared with. */
  previous: { image: string; layers: ImageLayer[]; plan: BuildPlan | null } | null;
}

/** Reads everything that a build depends on. Throws `source_gone` when the deployment has no source. */
export async function buildOrder(
  db: Db,
  sealer: Sealer,
  deployment: { id: string; appId: string; sourceId: string | null },
): Promise<BuildOrder> {
  const [app, source, config, previous] = await Promise.all([
    db.app.findUniqueOrThrow({
      where: { id: deployment.appId },
      select: { id: true, name: true, teamId: true, kind: true, scale: true, autoscale: true, rollout: true },
    }),
    deployment.sourceId === null ? null : db.source.findUnique({ where: { id: deployment.sourceId } }),
    openConfig(db, sealer, deployment.appId),
    db.build.findFirst({
      where: { appId: deployment.appId, status: 'succeeded', layers: { not: { equals: null } } },
      orderBy: { startedAt: 'desc' },
      select: { image: true, layers: true, plan: true },
    }),
  ]);
  if (source === null) {
    throw new BerthError('source_gone', 'The source of this deployment is gone. Push it again.');
  }
  return { app, source, config, previous: previous && readPrevious(previous) };
}

/** Older rows may have another form; they then count as no image to compare with. */
function readPrevious(build: Pick<Build, 'image' | 'layers' | 'plan'>): BuildOrder['previous'] {
  const layers = imageLayer.array().safeParse(build.layers);
  const plan = buildPlan.safeParse(build.plan);
  if (!layers.success || build.image === null) return null;
  return { image: build.image, layers: layers.data, plan: plan.success ? plan.data : null };
}

/** Opens the build's row; repeating it for the same attempt finds it. */
export async function startBuild(
  db: Db,
  build: { appId: string; deploymentId: string; attempt: number },
): Promise<Build> {
  const { deploymentId, attempt } = build;
  return db.build.upsert({
    where: { deploymentId_attempt: { deploymentId, attempt } },
    create: { ...build, status: 'running' },
    update: {},
  });
}

/** What a build made, for its row. */
export interface BuildResult {
  plan: BuildPlan | null;
  language: string;
  image: string;
  imageBytes: bigint;
  layers: ImageLayer[];
}

export interface FinishedBuild {
  deploymentId: string;
  holder: Holder;
  build: Build;
  result: BuildResult;
  /** When the push of the image began. */
  pushedSince: Date;
  content: Omit<ReleaseContent, 'buildId'>;
  description: string;
  /** What the log says of the release. Written with it, so that the runtime's lines come after. */
  lineOf: (release: Release) => string;
  actor: Actor;
}

/**
 * Ends a build well, all or nothing: build row, release, deployment to `starting`. Null when the deployment has ended or
 * another worker holds it: then nothing is written. Throws `image_collected` when the image has to be pushed again,
 * `quota_exceeded` when the release, or its image, is more than the team may have.
 */
export async function finishBuild(db: Db, sealer: Sealer, finish: FinishedBuild): Promise<Release | null> {
  try {
    return await transaction(db, async (tx) => {
      const { appId } = finish.build;
      // Under this lock images are marked for removal, too.
      await lockApp(tx, appId);
      const { teamId } = await tx.app.findUniqueOrThrow({ where: { id: appId }, select: { teamId: true } });
      return growing(tx, teamId, [...runningKeys, 'diskMb'], () => writeRelease(tx, sealer, finish));
    });
  } catch (error) {
    if (error instanceof NotHeld) return null;
    throw error;
  }
}

async function writeRelease(tx: Tx, sealer: Sealer, finish: FinishedBuild): Promise<Release> {
  await tx.build.update({
    where: { id: finish.build.id },
    data: {
      ...finish.result,
      plan: finish.result.plan ?? undefined,
      status: 'succeeded',
      endedAt: new Date(),
    },
  });
  await assertNotCollected(tx, finish.result.image, finish.pushedSince);
  const release = await createRelease(tx, sealer, {
    appId: finish.build.appId,
    content: { ...finish.content, buildId: finish.build.id },
    description: finish.description,
    actor: finish.actor,
  });
  await appendLogLines(tx, finish.deploymentId, [{ kind: 'phase', text: finish.lineOf(release) }]);
  const moved = await moveDeployment(tx, {
    id: finish.deploymentId,
    to: 'starting',
    from: ['building'],
    holder: finish.holder,
    actor: finish.actor,
    set: { releaseId: release.id, worker: null, leaseUntil: null },
  });
  if (moved === null) throw new NotHeld();
  return release;
}

/** Notes what was planned as soon as it is known, so that a failed build can be understood too. */
export async function notePlan(db: Db, buildId: string, plan: BuildPlan): Promise<void> {
  await db.build.update({ where: { id: buildId }, data: { plan, language: plan.language } });
}

/** Notes what the Engine did for a build, what that might use and what it used. */
export async function noteUse(
  db: Db,
  buildId: string,
  report: { steps: BuildStepReport[]; limits: BuildLimitsView; usage: BuildUsageView | null },
): Promise<void> {
  const { steps, limits, usage } = report;
  await db.build.update({
    where: { id: buildId },
    data: { steps, limits, ...(usage !== null && { usage }) },
  });
}

/** Ends a build badly; the deployment's own end says why. */
export async function endBuild(db: Db, buildId: string, status: 'failed' | 'cancelled'): Promise<void> {
  await db.build.updateMany({
    where: { id: buildId, status: 'running' },
    data: { status, endedAt: new Date() },
  });
}

/** Builds under way, with who holds them. */
export function heldBuilds(db: Db, limit = 50) {
  return db.deployment.findMany({
    where: { status: 'building', leaseUntil: { gt: new Date() } },
    take: limit,
    select: { id: true, worker: true, attempt: true },
  });
}

class NotHeld extends Error {}
