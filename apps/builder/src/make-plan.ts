import { storedAutoscale } from '#libs/contracts/autoscale.js';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { mostInstances } from '#libs/contracts/manifest.js';
import { rolloutOf } from '#libs/contracts/rollout.js';
import { asksForSeveral } from '#libs/contracts/wanted-processes.js';
import { isAddOn } from '#libs/core/add-on.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { planAddOn } from '#libs/buildpack/add-on.js';
import { planSource } from '#libs/buildpack/plan-source.js';
import { missingStack } from '#libs/buildpack/stack-image.js';
import type { BuildRun } from './pipeline.js';
import { readStacks } from './stacks.js';

/** No language needs more stacks than this; more would be a circle. */
const MOST_STACKS = 4;

/** Detects the language, unless it is an add-on, and plans the build; a stack image that this host does not have yet is made on the way. */
export async function makePlan(run: BuildRun, tree: SnapshotTree): Promise<BuildPlan> {
  const first = await run.timeline.step(
    'plan',
    () => tryPlan(run, tree),
    (result) =>
      'plan' in result
        ? { language: result.plan.language, detectedBy: result.plan.detectedBy }
        : { missingStack: result.missing },
  );
  const plan = 'plan' in first ? first.plan : await planWithStacks(run, tree, first.missing);
  run.log.phase(headline(run, plan));
  for (const { what, value, why } of plan.choices) run.log.detail(`${what}: ${value}. ${why}`);
  plan.warnings.forEach((warning) => run.log.warning(warning));
  warnOfOneAtATime(run, plan);
  return plan;
}

/** What is set of the app and does nothing while its release has volumes. */
function warnOfOneAtATime({ log, order: { app } }: BuildRun, { manifest }: BuildPlan): void {
  const set = {
    ...{ scale: app.scale, autoscale: storedAutoscale(app.autoscale) },
    rollout: rolloutOf(app.rollout),
  };
  if (mostInstances(manifest ?? null) > 1 || !asksForSeveral(set)) return;
  log.warning(
    'The app is set to several instances, or to step-by-step delivery. With volumes each process type has one instance, and a release goes live at once.',
  );
}

function headline({ order }: BuildRun, { title, detectedBy }: BuildPlan): string {
  if (isAddOn(order.app.kind)) return `${title} add-on`;
  return `${title} app detected (${detectedBy})`
    .replace('site app', 'site')
    .replace('Dockerfile app detected (Dockerfile)', 'Dockerfile detected');
}

async function tryPlan(
  run: BuildRun,
  tree: SnapshotTree,
): Promise<{ plan: BuildPlan } | { missing: string }> {
  const stacks = await readStacks(run.parts.env.BERTH_HOME);
  const { id, name, kind } = run.order.app;
  try {
    return {
      plan: isAddOn(kind)
        ? planAddOn(kind, { stacks })
        : await planSource(tree, { appId: id, appName: name, stacks }),
    };
  } catch (error) {
    const missing = missingStack(error);
    if (missing === null) throw error;
    return { missing };
  }
}

/** Makes what is missing and plans again. Planning costs milliseconds; a language may find one stack missing after the other. */
function planWithStacks(run: BuildRun, tree: SnapshotTree, firstMissing: string): Promise<BuildPlan> {
  const made: string[] = [];
  return run.timeline.step(
    'stack',
    async () => {
      for (let missing = firstMissing; ;) {
        run.log.phase(`Making the stack image "${missing}", which no app of this host needed before`);
        await run.parts.stackMaker.make(missing, {
          onLine: (line) => run.log.output(line),
          signal: run.signal,
        });
        made.push(missing);
        const next = await tryPlan(run, tree);
        if ('plan' in next) return next.plan;
        if (made.length >= MOST_STACKS)
          throw new Error(`${made.join(', ')} are made and ${next.missing} is missing.`);
        missing = next.missing;
      }
    },
    () => ({ made }),
  );
}
