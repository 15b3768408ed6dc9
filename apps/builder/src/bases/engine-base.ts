import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import type { ImageReference } from '#libs/images/image-reference.js';
import { pullImage } from '#libs/images/pull-image.js';
import { isOnEngine, removeImage, tagImage } from '#libs/images/tag-image.js';
import { forgetPulled, notePulled } from '#libs/store/pulled-images.js';
import type { BuildRun } from '../pipeline.js';

/** A base image as the Engine has it. */
export interface EngineBase {
  /** A name of this build's alone for the very image that was looked at. */
  pinned: string;
  /** What it has a build do that begins with it. */
  onBuild: string[];
}

const inspected = z.object({
  Id: z.string(),
  Config: z
    .object({ OnBuild: z.array(z.string()).nullish() })
    .loose()
    .nullish(),
});

/**
 * A base image that the Engine itself has to bring, brought before the build, so that it can be looked at first. What was not there goes again when the build
 * is over (`returnBases`): BuildKit keeps the layers, and the next build asks for the tag anew. Null when it cannot be had: BuildKit says so then.
 *
 * The build knows it by a name that nobody moves meanwhile. A digest would do that too, but the newer BuildKit asks a registry for it, and an image that was
 * loaded by hand is at none.
 */
export async function engineBase(
  run: BuildRun,
  image: string,
  reference: ImageReference,
): Promise<EngineBase | null> {
  const { docker, env } = run.parts;
  try {
    if (!(await isOnEngine(docker, image))) {
      await borrow(run, image);
      const most = env.BERTH_BUILD_DISK_MB * 1024 * 1024;
      await pullImage(docker, reference, (line) => run.log.output(line), run.signal, most);
    }
    const { Id, Config } = inspected.parse(await docker.getImage(image).inspect());
    const repository = `berth/base/${reference.name.replace(':', '-')}`;
    const pinned = `${repository}:${run.build.id}`;
    await borrow(run, pinned);
    await tagImage(docker, Id, repository, run.build.id);
    return { pinned, onBuild: Config?.OnBuild ?? [] };
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof BerthError && error.code === 'image_too_large') throw error;
    return null;
  }
}

/** Notes a name that the Engine gets for this build alone. Should this builder be killed, the collection finds it. */
async function borrow({ parts: { db, env }, borrowed }: BuildRun, name: string): Promise<void> {
  const host = await db.host.findUnique({ where: { name: env.BERTH_HOST }, select: { id: true } });
  if (host !== null) await notePulled(db, host.id, name);
  borrowed.push(name);
}

/** Takes away again what was brought to the Engine for this build alone. */
export async function returnBases({ parts, borrowed }: BuildRun): Promise<void> {
  for (const image of borrowed.splice(0)) {
    await removeImage(parts.docker, image);
    await forgetPulled(parts.db, image, new Date());
  }
}
