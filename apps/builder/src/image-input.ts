import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { buildContext, type BuildContext } from '#libs/images/context-tar.js';
import { sourceLimits } from '#libs/source/limits.js';
import { repositoryOf, type BuildRun } from './pipeline.js';

/** What is sent to the Engine for a plan; the context can be read once. `tag`: within the app's repository. */
export function imageInput(
  { parts, order }: BuildRun,
  source: { tree: SnapshotTree; plan: BuildPlan; ignored: (path: string) => boolean },
  tag: string,
) {
  const { tree, plan, ignored } = source;
  const context: BuildContext = buildContext({
    tree,
    sourceFolder: plan.sourceFolder,
    extraFiles: { ...plan.extraFiles, Dockerfile: plan.dockerfile },
    ignored,
    modifiedAt: order.source.createdAt,
    limits: { maxBytes: sourceLimits.bytes, maxFiles: sourceLimits.entries },
  });
  return {
    context,
    input: {
      docker: parts.docker,
      context: context.stream,
      dockerfile: 'Dockerfile',
      tag: `${parts.registry.host}/${repositoryOf(order.app.id)}:${tag}`,
      // Nothing that differs from one build to the next: equal files give an equal image.
      labels: { 'berth.id': parts.env.BERTH_ID, 'berth.app': order.app.id },
      owner: order.app.id,
      target: plan.target,
      buildArgs: plan.buildArgs,
    },
  };
}
