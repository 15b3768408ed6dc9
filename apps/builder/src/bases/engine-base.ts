import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import type { ImageReference } from '#libs/images/image-reference.js';
import { pullImage } from '#libs/images/pull-image.js';
import { isOnEngine, removeImage } from '#libs/images/tag-image.js';
import { forgetPulled, notePulled } from '#libs/store/pulled-images.js';
import type { BuildRun } from '../pipeline.js';

/** A base image as the Engine has it. */
export interface EngineBase {
  /** The very image, by its digest; null where it has none, having been loaded or built there. */
  pinned: string | null;
  /** What it has a build do that begins with it. */
  onBuild: string[];
}

const inspected = z.object({
  RepoDigests: z.array(z.string()).nullish(),
  Config: z
    .object({ OnBuild: z.array(z.string()).nullish() })
    .loose()
    .nullish(),
});

/**
 * A base image that the Engine itself has to bring, brought before the build, so that it can be looked at first. What was not there goes again when the build
 * is over (`returnBases`): BuildKit keeps the layers, and the next build asks for the tag anew. Null when it cannot be had: BuildKit says so then.
 */
export async function engineBase(
  run: BuildRun,
  image: string,
  reference: ImageReference,
): Promise<EngineBase | null> {
  const { docker, db, env } = run.parts;
  try {
    if (!(await isOnEngine(docker, image))) {
      // Should this builder be killed, the collection finds it.
      const host = await db.host.findUnique({ where: { name: env.BERTH_HOST }, select: { id: true } });
      if (host !== null) await notePulled(db, host.id, image);
      run.borrowed.push(image);
      const most = env.BERTH_BUILD_DISK_MB * 1024 * 1024;
      await pullImage(docker, reference, (line) => run.log.output(line), run.signal, most);
    }
    const { RepoDigests, Config } = inspected.parse(await docker.getImage(image).inspect());
    const names = [reference.name, reference.name.replace(/^docker\.io\/(?:library\/)?/, '')];
    const pinned = RepoDigests?.find((each) => names.includes(each.split('@')[0] ?? '')) ?? null;
    return { pinned, onBuild: Config?.OnBuild ?? [] };
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof BerthError && error.code === 'image_too_large') throw error;
    return null;
  }
}

/** Takes away again what was brought to the Engine for this build alone. */
export async function returnBases({ parts, borrowed }: BuildRun): Promise<void> {
  for (const image of borrowed.splice(0)) {
    await removeImage(parts.docker, image);
    await forgetPulled(parts.db, image, new Date());
  }
}
