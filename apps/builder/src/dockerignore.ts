import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { projectFiles } from '#libs/buildpack/project-files.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { contextIgnore } from '#libs/images/context-ignore.js';

/**
 * Which files of an app stay out of its build. `unfit`: the app's .dockerignore leaves out the very file that the plan is made from, as that
 * of a Dockerfile does which copies what was built elsewhere (Quarkus gives every app such a one); it is then not followed.
 */
export async function ignoredBy(
  app: SnapshotTree,
  plan: Pick<BuildPlan, 'language' | 'detectedBy' | 'ignore'>,
): Promise<{ ignored: (path: string) => boolean; unfit: boolean }> {
  const files = projectFiles(app);
  const text = await files.read('.dockerignore');
  const ignored = contextIgnore(text, plan.ignore);
  const unfit = plan.language !== 'dockerfile' && files.has(plan.detectedBy) && ignored(plan.detectedBy);
  return { ignored: unfit ? contextIgnore(null, plan.ignore) : ignored, unfit };
}
