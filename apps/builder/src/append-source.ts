import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { BuildStepReport } from '#libs/contracts/build-report.js';
import { sourceOnly, type SourceOnly } from '#libs/buildpack/source-only.js';
import { messageOf } from '#libs/core/errors.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { inputIds } from '#libs/images/context-tar.js';
import { parseImageReference } from '#libs/images/image-reference.js';
import { pullImage } from '#libs/images/pull-image.js';
import type { PushedImage } from '#libs/images/push-image.js';
import { prepareReplacement, storeReplacement, type Replacement } from '#libs/images/replace-layer.js';
import { noteUse } from '#libs/store/builds.js';
import { allowanceOf } from './build-limits.js';
import { contextInput } from './image-input.js';
import { repositoryOf, tagOf, type BuildRun } from './pipeline.js';
import { stepTitle } from './progress-lines.js';
import { bringsFiles } from './unchanged.js';

/**
 * Makes the image of a change that touches nothing but the last layer: the earlier image with that layer exchanged, straight in the registry. Null
 * wherever it is not certain that a build would make the same image; then a build makes it. May be killed anywhere: until a release
 * names it, what was stored is nobody's, and it is stored again under the same names.
 */
export async function appendSource(
  run: BuildRun,
  source: { tree: SnapshotTree; plan: BuildPlan; ignored: (path: string) => boolean },
): Promise<BuildPlan | null> {
  const { previous } = run.order;
  if (!previous?.plan || !bringsFiles(run.claim.deployment)) return null;
  const context = contextInput(run, source);
  const inputs = inputIds(context);
  if (inputs === null) return null;
  const plan = { ...source.plan, inputs };
  const change = sourceOnly(plan, previous.plan);
  if (change === null) return null;
  try {
    const [repository = '', base = ''] = previous.image.split('@');
    if (repository !== repositoryOf(run.order.app.id)) return null;
    const { to, filledBelow } = change;
    const before = previous.plan.inputs ?? {};
    const copy = { repository, base, to, filledBelow, before, now: inputs };
    const startedAt = performance.now();
    const made = await run.timeline.step(
      'build',
      () => prepareReplacement(run.parts.registry, copy, context),
      (found) => ({ tag: tagOf(run), appended: found !== null }),
    );
    if (made === null) return null;
    report(run, change, performance.now() - startedAt);
    const stored = await store(run, made);
    run.appended = { stored, again: () => store(run, made) };
    run.signal.throwIfAborted();
    // Beside the release: the runtime then finds the layer here, or on its way.
    void fetchEarly(run, stored.digest).catch(() => undefined);
    return plan;
  } catch (error) {
    run.signal.throwIfAborted();
    run.timeline.end('skipped', { reason: 'A build makes the image.' });
    run.log.detail(`No layer could be appended (${messageOf(error)}); a build makes the image.`);
    return null;
  }
}

/** Has the Engine fetch the image. Only a matter of speed: the runtime fetches what is not there. */
function fetchEarly({ parts, order, signal }: BuildRun, digest: string): Promise<void> {
  const { docker, registry } = parts;
  const reference = parseImageReference(`${registry.host}/${repositoryOf(order.app.id)}@${digest}`);
  return pullImage(docker, reference, () => undefined, signal);
}

function store(run: BuildRun, made: Replacement): Promise<PushedImage> {
  const { parts, order, log } = run;
  const repository = repositoryOf(order.app.id);
  log.phase('Storing the image in the registry');
  const layersThere = made.base.manifest.layers.length - 1;
  return run.timeline.step(
    'push',
    async () => {
      const into = { repository, tag: tagOf(run), at: order.source.createdAt };
      const digest = await parts.registryLock.share(() => storeReplacement(parts.registry, made, into));
      return { digest, layersPushed: 1, layersThere };
    },
    (stored) => ({ ...stored }),
  );
}

/** Tells of each step of the build where its result comes from. */
function report(run: BuildRun, { steps }: SourceOnly, ms: number): void {
  const { log } = run;
  log.phase('Building the image');
  const reports = steps.flatMap(({ instruction: { keyword, rest }, cause }): BuildStepReport[] => {
    const title = stepTitle(`[step] ${keyword} ${rest}`);
    return title === null
      ? []
      : [{ title, cached: cause === null, ms: cause === null ? 0 : ms, whyNot: cause }];
  });
  for (const { title, cached, whyNot } of reports)
    log.detail(
      cached ? `${title} (cached)` : `${title} (${(ms / 1000).toFixed(2)} s; not cached: ${whyNot})`,
    );
  log.detail('Appended one layer to the image before, without a build: nothing else depends on the change');
  run.steps = reports;
  void noteUse(run.parts.db, run.build.id, {
    steps: reports,
    limits: allowanceOf(run.parts.env),
    usage: null,
  }).catch(() => undefined);
}
