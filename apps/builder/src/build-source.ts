import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { subTree, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { stepCauses, type StepCauses } from '#libs/buildpack/step-causes.js';
import { buildImage } from '#libs/images/build-image.js';
import { contextId } from '#libs/images/context-id.js';
import { openSnapshot } from '#libs/source/snapshot.js';
import { notePlan } from '#libs/store/builds.js';
import { appendSource } from './append-source.js';
import { returnBases } from './bases/engine-base.js';
import { resolveBases } from './bases/resolve-bases.js';
import { ignoredBy } from './dockerignore.js';
import { guarded } from './guarded.js';
import { imageInput } from './image-input.js';
import { makePlan } from './make-plan.js';
import type { AttemptWatch } from './mirrors/attempt-watch.js';
import { throughMirrors } from './mirrors/through-mirrors.js';
import { ProgressLines } from './progress-lines.js';
import { tagOf, type BuildRun } from './pipeline.js';
import { remoteCacheOf } from './remote-cache.js';
import { RegistryGuard } from './registry-guard.js';
import { whilePartsAreAway } from './retry.js';
import { replaceStuckEngine } from './stuck-engine.js';
import { endsBeforeBuild } from './unchanged.js';

/**
 * Builds the app's files into an image on the Engine: snapshot, plan, build. Gives the plan with what went in; `unchanged` when
 * nothing differs from the live build and the deployment has therefore ended.
 */
export async function buildSource(run: BuildRun): Promise<BuildPlan | 'unchanged'> {
  const tree = await takeSnapshot(run);
  try {
    const planned = await makePlan(run, tree);
    const app = subTree(tree, planned.root ?? '');
    const { ignored, unfit } = await ignoredBy(app, planned);
    if (unfit)
      run.log.warning(
        `.dockerignore leaves out ${planned.detectedBy}, which this app is built from, so it is taken for that of a Dockerfile and not followed.`,
      );
    const { sourceFolder, extraFiles } = planned;
    const id = contextId({ tree: app, sourceFolder, extraFiles, ignored });
    const plan = { ...planned, ...(id !== null && { contextId: id }) };
    if (await endsBeforeBuild(run, plan)) return 'unchanged';
    // Beside the work: only a failed build needs it early.
    void notePlan(run.parts.db, run.build.id, plan).catch(() => undefined);
    const appended = await appendSource(run, { tree: app, plan, ignored });
    return appended ?? (await runBuild(run, app, plan, ignored));
  } finally {
    await tree.close();
    void returnBases(run).catch(() => undefined);
  }
}

function takeSnapshot(run: BuildRun): Promise<SnapshotTree> {
  const { source } = run.order;
  return run.timeline.step(
    'snapshot',
    () => openSnapshot(source, { home: run.parts.env.BERTH_HOME, signal: run.signal }),
    (tree) => ({
      ...(source.commit !== null && { commit: source.commit }),
      files: tree.entries.length,
      bytes: tree.entries.reduce((sum, { size }) => sum + size, 0),
    }),
  );
}

async function runBuild(
  run: BuildRun,
  tree: SnapshotTree,
  plan: BuildPlan,
  ignored: (path: string) => boolean,
): Promise<BuildPlan> {
  run.log.phase('Building the image');
  return run.timeline.step(
    'build',
    async () => {
      const cacheFrom = await remoteCacheOf(run);
      const patience = { signal: run.signal, onRetry: (sentence: string) => run.log.warning(sentence) };
      const inputs = await guarded(run, async () => {
        const { plan: based, allowed } = await whilePartsAreAway(() => resolveBases(run, plan), patience);
        return throughMirrors(run, based, (mirrored, watch) =>
          whilePartsAreAway(
            () =>
              buildOnce(run, tree, mirrored, { planned: plan, ignored, watch, allowed, cacheFrom }).catch(
                async (error: unknown) => {
                  await replaceStuckEngine(run.parts.env, error);
                  throw error;
                },
              ),
            patience,
          ),
        );
      });
      return { ...plan, ...(inputs !== null && { inputs }) };
    },
    () => ({ tag: tagOf(run), ...run.guarded?.usage }),
  );
}

interface Attempt {
  /** What the app's own files say; `plan` is that with bases and mirrors of this host. */
  planned: BuildPlan;
  ignored: (path: string) => boolean;
  watch: AttemptWatch;
  /** References of this host's registry that Berth itself put into the Dockerfile. */
  allowed: ReadonlySet<string>;
  cacheFrom: string | undefined;
}

async function buildOnce(
  run: BuildRun,
  tree: SnapshotTree,
  plan: BuildPlan,
  { planned, ignored, watch, allowed, cacheFrom }: Attempt,
): Promise<Record<string, string> | null> {
  const { parts, order } = run;
  const { context, input } = imageInput(run, { tree, plan, ignored }, tagOf(run));
  const guard = new RegistryGuard(parts.registry.host, allowed);
  const previous = order.previous?.plan ?? undefined;
  const files = () => context.inputs() ?? undefined;
  const lines = new ProgressLines(
    run.log,
    previous && causesSince(previous, () => ({ ...planned, inputs: files() }), plan.dockerfile),
  );
  run.steps = lines.steps();
  await buildImage({
    ...input,
    cacheFrom,
    onProgress: (progress) => {
      guard.watch(progress);
      lines.show(progress);
      watch.show(progress);
    },
    signal: AbortSignal.any([run.signal, guard.signal, watch.signal]),
  });
  run.built = { plan, ranCommand: lines.ranCommand() };
  return context.inputs();
}

/** BuildKit reads the whole context before its first step ends: from then on the files of `plan` are known. */
function causesSince(previous: BuildPlan, plan: () => BuildPlan, built: string): StepCauses {
  let causes: StepCauses | null = null;
  return (name) => (causes ??= stepCauses(plan(), previous, built))(name);
}
