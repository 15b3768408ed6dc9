import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { waitFor } from '#libs/core/wait.js';
import { removalPending } from '#libs/store/image-removals.js';
import type { BuildRun } from './pipeline.js';
import { push, type Pushed } from './push.js';
import { release } from './release.js';
import { endsAfterBuild } from './unchanged.js';

/** A collection that was killed is taken up by the next builder within a minute. */
const REMOVAL_MS = 120_000;

/**
 * Pushes the image and makes the release of it. Equal sources give equal images: the collection of an older release may be taking the very image away
 * that was just pushed. The release is refused then, and the image pushed once more.
 */
export async function pushAndRelease(run: BuildRun, plan: BuildPlan | null): Promise<void> {
  const pushed = await push(run, plan);
  if (await endsAfterBuild(run, plan, pushed.result.image)) return;
  try {
    await release(run, plan, pushed);
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'image_collected') throw error;
    await removalOver(run, pushed);
    await run.appended?.again();
    await release(run, plan, await push(run, plan));
  }
}

async function removalOver({ parts, log, signal }: BuildRun, { result }: Pushed): Promise<void> {
  log.warning('An older release with the same image is being removed; pushing the image again.');
  const isOver = async () => !(await removalPending(parts.db, result.image));
  await waitFor('the removal of the image', isOver, { timeoutMs: REMOVAL_MS, everyMs: 250, signal });
}
