import { originFor, platformUrl } from '#libs/config/env.js';
import { imageLayer } from '#libs/contracts/build-plan.js';
import { deploymentError } from '#libs/contracts/deployment-error.js';
import { appHost } from '#libs/core/names.js';
import type { PushResult } from '#libs/source/git/push-result.js';
import { changeRefs, type RefChange } from '#libs/source/git/refs.js';
import type { DeploymentOutcome } from '#libs/store/sources.js';
import { shortName } from './deploy-branch.js';
import { followDeployment } from './follow-deployment.js';
import {
  detail,
  endLines,
  logLine,
  phase,
  refusalReason,
  stepLine,
  warning,
  type ReportEnd,
} from './push-report.js';
import {
  showsProgress,
  takenCommands,
  type Accepted,
  type Moved,
  type Push,
  type PushParts,
} from './push.js';

/** A deployment that takes longer is no longer watched; it goes on. */
const FOLLOW_MS = 60 * 60_000;

/**
 * Shows a push's deployment until its end. Gives the refs that have to be refused after all, with the reason that git shows; none
 * when it went live, or when its end is not waited for.
 */
export async function watchPush(
  parts: PushParts,
  push: Push,
  result: PushResult,
  moved: Moved,
): Promise<Map<string, string>> {
  if (moved.deployment) return waitsFor(push) ? watch(parts, push, result, moved) : leave(parts, push, moved);
  if (moved.ref === null) return new Map();
  const end: ReportEnd = { status: 'superseded', by: null };
  await push.response.lines(endLines(end));
  return new Map([[moved.ref, refusalReason(end) ?? '']]);
}

/** Without sidebands nothing can be shown meanwhile, and nothing keeps the connection alive: such clients do not wait. */
function waitsFor({ options, request }: Push): boolean {
  return options.wait && showsProgress(request);
}

async function watch(
  parts: PushParts,
  push: Push,
  result: PushResult,
  accepted: Accepted,
): Promise<Map<string, string>> {
  const outcome = await follow(parts, push, accepted);
  if (outcome === undefined) {
    await push.response.lines([
      '',
      warning('The platform is restarting, or this takes very long; the deployment goes on by itself.'),
      detail(`Watch it at ${watchUrl(parts, push, accepted)}`),
      '',
    ]);
    return new Map();
  }
  const end = endOf(parts, push, accepted, outcome);
  const reason = refusalReason(end);
  if (reason === null) {
    await push.response.lines(endLines(end));
    return new Map();
  }
  const others = push.request.capabilities.has('atomic')
    ? await undoOthers(parts, push, result, accepted.ref)
    : [];
  await parts.keeper.settle(push.app.id);
  await push.response.lines(endLines(end));
  return new Map([accepted.ref, ...others].map((ref) => [ref, reason]));
}

/** Undefined: it did not end while this process watched. */
async function follow(
  parts: PushParts,
  push: Push,
  { deployment }: Accepted,
): Promise<DeploymentOutcome | null | undefined> {
  const signal = AbortSignal.any([parts.closing, AbortSignal.timeout(FOLLOW_MS)]);
  let starting = false;
  try {
    for await (const one of followDeployment(parts.db, parts.listener, deployment.id, signal)) {
      if (one.kind === 'end') return one.outcome;
      const line = one.kind === 'line' ? logLine(one.line) : stepLine(one.step);
      if (line === null) continue;
      const lines = one.kind === 'step' && !starting ? [phase('Starting'), line] : [line];
      starting ||= one.kind === 'step';
      // A client that went away misses the lines; the end is waited for all the same, for the branch's sake.
      await push.response.lines(lines);
    }
  } catch (error) {
    parts.log.error({ err: error }, 'A push lost sight of its deployment.');
  }
  return undefined;
}

/** Lets the client go, and still puts the branch back should the deployment fail. */
async function leave(parts: PushParts, push: Push, accepted: Accepted): Promise<Map<string, string>> {
  await push.response.lines([
    detail(`Not waiting for it. Watch it at ${watchUrl(parts, push, accepted)}`),
    '',
  ]);
  void settleAfter(parts, push.app.id, accepted);
  return new Map();
}

async function settleAfter(parts: PushParts, appId: string, { deployment }: Accepted): Promise<void> {
  const signal = AbortSignal.any([parts.closing, AbortSignal.timeout(FOLLOW_MS)]);
  try {
    for await (const one of followDeployment(parts.db, parts.listener, deployment.id, signal)) {
      if (one.kind === 'end') await parts.keeper.settle(appId);
    }
  } catch (error) {
    parts.log.error({ err: error }, 'A push that nobody waits for lost sight of its deployment.');
  }
}

function endOf(
  parts: PushParts,
  push: Push,
  { ref }: Accepted,
  outcome: DeploymentOutcome | null,
): ReportEnd {
  const branch = shortName(ref);
  const serving = outcome?.app.liveRelease ?? null;
  switch (outcome?.status) {
    case 'live':
      return liveEnd(parts, push, outcome);
    case 'failed': {
      const error = deploymentError.safeParse(outcome.error);
      return { status: 'failed', error: error.success ? error.data : null, serving, branch };
    }
    case 'superseded':
      return { status: 'superseded', by: outcome.supersededBy };
    default:
      return { status: 'cancelled', serving, branch };
  }
}

function liveEnd({ env }: PushParts, push: Push, outcome: DeploymentOutcome): ReportEnd {
  const build = outcome.release?.build ?? null;
  const layers = imageLayer.array().safeParse(build?.layers);
  return {
    status: 'live',
    release: outcome.release?.number ?? null,
    serving: outcome.app.liveRelease,
    imageBytes: build?.imageBytes == null ? null : Number(build.imageBytes),
    changedLayers: layers.success ? layers.data.filter(({ reused }) => !reused).length : null,
    url: originFor(env, appHost(push.app.name, env.BERTH_APPS_DOMAIN)),
    ms: (outcome.endedAt ?? new Date()).getTime() - push.receivedAt.getTime(),
  };
}

/** `--atomic`: all or nothing, so the other refs go back too, unless somebody moved them since. Gives their names. */
async function undoOthers(
  parts: PushParts,
  push: Push,
  result: PushResult,
  deployed: string,
): Promise<string[]> {
  const others = takenCommands(push.request.commands, result).filter(({ ref }) => ref !== deployed);
  const changes: RefChange[] = others.map(({ ref, from, to }) => ({ ref, to: from, from: to }));
  const undone = await parts.keeper.locked(push.app.id, () => changeRefs(push.gitDir, changes));
  return undone ? others.map(({ ref }) => ref) : [];
}

function watchUrl({ env }: PushParts, { app }: Push, { deployment }: Accepted): string {
  return `${platformUrl(env)}/apps/${app.name}/deployments/${deployment.number}`;
}
