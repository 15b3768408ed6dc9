import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { buildContext, type BuildContext, type ContextInput } from '#libs/images/context-tar.js';
import { sourceLimits } from '#libs/source/limits.js';
import { repositoryOf, type BuildRun } from './pipeline.js';

/** The build's context: the app's files, and Berth's own. */
export function contextInput(
  { order }: BuildRun,
  { tree, plan, ignored }: { tree: SnapshotTree; plan: BuildPlan; ignored: (path: string) => boolean },
): ContextInput {
  return {
    tree,
    sourceFolder: plan.sourceFolder,
    extraFiles: { ...plan.extraFiles, Dockerfile: plan.dockerfile },
    ignored,
    modifiedAt: order.source.createdAt,
    limits: { maxBytes: sourceLimits.bytes, maxFiles: sourceLimits.entries },
  };
}

/** What is sent to the Engine for a plan; the context can be read once. `tag`: within the app's repository. */
export function imageInput(run: BuildRun, source: Parameters<typeof contextInput>[1], tag: string) {
  const { parts, order } = run;
  const { plan } = source;
  const context: BuildContext = buildContext(contextInput(run, source));
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
      buildArgs: { ...parts.env.BERTH_BUILD_PROXIES, ...plan.buildArgs },
    },
  };
}
