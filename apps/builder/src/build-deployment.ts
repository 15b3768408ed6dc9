import type { Logger } from 'pino';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { messageOf } from '#libs/core/errors.js';
import { waitFor } from '#libs/core/wait.js';
import { buildOrder, endBuild, startBuild } from '#libs/store/builds.js';
import { failDeployment, releaseLease } from '#libs/store/deployments.js';
import { systemActor } from '#libs/store/events.js';
import { appendLogLines } from '#libs/store/log-lines.js';
import { isDatabaseAway } from '#libs/store/outage.js';
import { admit } from './admission.js';
import { BuildClock } from './build-clock.js';
import { allowanceOf } from './build-limits.js';
import { BuildLog } from './build-log.js';
import { buildSource } from './build-source.js';
import type { Claim } from './claim.js';
import { describeFailure } from './failure.js';
import { keepRemoteCache } from './remote-cache.js';
import { forgetOldTags } from './old-tags.js';
import { Masker } from './masker.js';
import type { BuildRun, Parts } from './pipeline.js';
import { pushAndRelease } from './push-and-release.js';
import { whilePartsAreAway } from './retry.js';
import { Stopped } from './stopped.js';
import { takeImage } from './take-image.js';
import { dropCommitted, takeInstance } from './take-instance.js';
import { Timeline } from './timeline.js';
import { comparable } from './unchanged.js';

/**
 * Builds a claimed deployment to its release, or to its failure. Never throws: what goes wrong ends up in the deployment's
 * row, or, when Postgres itself is away, is left to the lease.
 */
export async function buildDeployment(parts: Parts, claim: Claim, logger: Logger): Promise<void> {
  const timeline = new Timeline(parts.db, claim.deployment);
  const attempt = { run: null as BuildRun | null };
  try {
    await work(parts, claim, timeline, attempt);
    claim.close();
    if (attempt.run) void tidy(attempt.run).catch(() => undefined);
  } catch (error) {
    claim.close();
    const why: unknown = claim.signal.aborted ? claim.signal.reason : error;
    await settle(parts, claim, timeline, attempt.run, why, logger);
  } finally {
    await timeline.settled();
  }
}

/** By then a start that takes long has failed. */
const TIDY_MS = 120_000;

/** What nobody waits for: once the release answers, as its start wants the Engine and the processors first. */
async function tidy(run: BuildRun): Promise<void> {
  const where = { id: run.claim.deployment.id, status: { in: unfinishedStatuses } };
  const over = async () => (await run.parts.db.deployment.count({ where })) === 0;
  await waitFor('the deployment to end', over, { timeoutMs: TIDY_MS, everyMs: 1_000 }).catch(() => undefined);
  await keepRemoteCache(run).catch(() => undefined);
  await forgetOldTags(run);
}

/** The steps, in their order. */
async function work(
  parts: Parts,
  claim: Claim,
  timeline: Timeline,
  attempt: { run: BuildRun | null },
): Promise<void> {
  const { deployment } = claim;
  timeline.past('queue', deployment.createdAt, new Date(), { attempt: deployment.attempt });
  const [order, build] = await whilePartsAreAway(() => open(parts, claim), {
    signal: claim.signal,
    onRetry: () => undefined,
  });
  const log = new BuildLog(
    (lines) => appendLogLines(parts.db, deployment.id, lines),
    new Masker({ ...parts.env.BERTH_BUILD_PROXIES, ...order.config }),
  );
  const { signal } = claim;
  const live = comparable(parts.db, deployment);
  const progress = { served: [], built: null, steps: [], borrowed: [], guarded: null };
  const limitMs = parts.env.BERTH_BUILD_TIMEOUT_S * 1000;
  const clock = new BuildClock(limitMs, () => claim.stop(new Stopped('timeout')));
  const run: BuildRun = { parts, claim, order, build, live, log, timeline, signal, clock, ...progress };
  attempt.run = run;
  if (deployment.attempt > 1) log.warning('The builder that worked on this was lost; building anew.');
  try {
    await admit(parts.env.BERTH_HOME, parts.env.BERTH_MIN_FREE_DISK_MB, async () => {
      log.warning('The disk is short: removing what Berth can spare first.');
      await parts.makeRoom(run.signal);
    });
    const plan = await planOf(run);
    if (plan !== 'unchanged') await pushAndRelease(run, plan);
  } finally {
    clock.stop();
    await dropCommitted(run);
    await log.flush();
  }
}

/** Brings an image about, by what came in; null where nothing was planned. `unchanged`: it is live already, and the deployment has ended. */
async function planOf(run: BuildRun): Promise<BuildPlan | null | 'unchanged'> {
  switch (run.order.source.kind) {
    case 'image':
      await takeImage(run);
      return null;
    case 'instance':
      return takeInstance(run);
    default:
      return buildSource(run);
  }
}

function open(parts: Parts, { deployment }: Claim) {
  return Promise.all([
    buildOrder(parts.db, parts.sealer, deployment),
    startBuild(parts.db, {
      appId: deployment.appId,
      deploymentId: deployment.id,
      attempt: deployment.attempt,
    }),
  ]);
}

/** Ends what did not end well. */
async function settle(
  parts: Parts,
  claim: Claim,
  timeline: Timeline,
  run: BuildRun | null,
  error: unknown,
  logger: Logger,
): Promise<void> {
  const { deployment, holder } = claim;
  const facts = {
    deploymentId: deployment.id,
    number: deployment.number,
    attempt: deployment.attempt,
    step: timeline.current,
  };
  try {
    const stopped = stoppedBy(error);
    if (stopped) {
      logger.info({ ...facts, why: stopped.why }, 'build stopped');
      timeline.end(...stoppedStep(stopped));
      if (stopped.why === 'shutdown') {
        await timeline.settled();
        await releaseLease(parts.db, deployment.id, holder);
      }
      if (run) await endBuild(parts.db, run.build.id, 'cancelled');
      return;
    }
    logger.warn({ ...facts, error: run?.log.mask(messageOf(error)) ?? messageOf(error) }, 'build failed');
    const log =
      run?.log ?? new BuildLog((lines) => appendLogLines(parts.db, deployment.id, lines), new Masker({}));
    const failure = describeFailure(error, log, {
      step: timeline.current,
      limits: { ...allowanceOf(parts.env), minFreeDiskMb: parts.env.BERTH_MIN_FREE_DISK_MB },
      guarded: run?.guarded ?? null,
    });
    timeline.end('failed', { code: failure.code });
    await Promise.all([log.flush(), timeline.settled()]);
    await failDeployment(parts.db, {
      id: deployment.id,
      error: failure,
      actor: systemActor('builder'),
      holder,
      from: ['building'],
    });
  } catch (cause) {
    // Postgres is away: the lease lapses, and whoever finds the deployment then builds anew.
    logger.error({ ...facts, err: cause }, 'a build could not be ended');
  }
}

/** What the timeline shows of the step during which a build was stopped. */
function stoppedStep({ why }: Stopped): ['failed' | 'skipped', { reason: string }] {
  if (why === 'ended') return ['skipped', { reason: 'The deployment ended before this was done.' }];
  return ['failed', { reason: 'The builder gave the work up; it begins anew.' }];
}

/**
 * Is this an end that is no failure of the build? A database that stayed away is none either: the work is given back, or its lease
 * lapses.
 */
function stoppedBy(error: unknown): Stopped | null {
  if (error instanceof Stopped) return error.why === 'timeout' ? null : error;
  return isDatabaseAway(error) ? new Stopped('shutdown') : null;
}
