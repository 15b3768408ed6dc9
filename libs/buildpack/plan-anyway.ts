import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { planSource } from './plan-source.js';
import { missingStack } from './stack-image.js';

/** No language needs more stacks than this. */
const MOST_STACKS = 6;

/**
 * Plans a source as `planSource` does, and also where stacks are missing: those are named, as if a build had made them. Throws
 * what `planSource` throws of the source itself.
 */
export async function planAnyway(
  tree: SnapshotTree,
  context: { appId: string; appName?: string; stacks: Readonly<Record<string, string>> },
): Promise<BuildPlan> {
  let { stacks } = context;
  for (let more = 0; ; more++) {
    try {
      return await planSource(tree, { ...context, stacks });
    } catch (error) {
      const missing = missingStack(error);
      if (missing === null || more >= MOST_STACKS) throw error;
      stacks = { ...stacks, [missing]: `berth/stack-${missing}` };
    }
  }
}
