import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { fullReference, type ImageReference } from '#libs/images/image-reference.js';
import { pullImage } from '#libs/images/pull-image.js';
import { isOnEngine, removeImage, tagImage } from '#libs/images/tag-image.js';
import { forgetPulled, notePulled } from '#libs/store/pulled-images.js';
import type { BuildRun } from '../pipeline.js';

/** A base image as the Engine has it. */
export interface EngineBase {
  /** A name of Berth's own for the very image that was looked at. */
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
 * A base image that the Engine itself has to bring, brought before the build, so that it can be looked at first. A tag that was not there goes again when the
 * build is over (`returnBases`), and the next build asks for it anew. Null when it cannot be had: BuildKit says so then.
 *
 * The build knows it by a name that nobody moves meanwhile, and that is the same for every build on that image: what copies the Dockerfile is cached. A digest
 * would be that too, but the newer BuildKit asks a registry for it, and an image that was loaded by hand is at none. Other builds may be using the name, so it
 * stays until the collection finds it unused.
 */
export async function engineBase(run: BuildRun, reference: ImageReference): Promise<EngineBase | null> {
  const { docker, env } = run.parts;
  const image = fullReference(reference);
  try {
    if (!(await isOnEngine(docker, image))) {
      await note(run, image);
      run.borrowed.push(image);
      const most = env.BERTH_BUILD_DISK_MB * 1024 * 1024;
      await pullImage(docker, reference, (line) => run.log.output(line), run.signal, most);
    }
    const { Id, Config } = inspected.parse(await docker.getImage(image).inspect());
    const repository = `berth/base/${reference.name.replace(':', '-')}`;
    const tag = Id.replace(/^sha256:/, '').slice(0, 12);
    const pinned = `${repository}:${tag}`;
    await note(run, pinned);
    await tagImage(docker, Id, repository, tag);
    return { pinned, onBuild: Config?.OnBuild ?? [] };
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof BerthError && error.code === 'image_too_large') throw error;
    return null;
  }
}

/** Notes a name that the Engine gets, for the collection: of what is to go with this build, too, should this builder be killed. */
async function note({ parts: { db, env } }: BuildRun, name: string): Promise<void> {
  const host = await db.host.findUnique({ where: { name: env.BERTH_HOST }, select: { id: true } });
  if (host !== null) await notePulled(db, host.id, name);
}

/** Takes away again what was brought to the Engine for this build alone. */
export async function returnBases({ parts, borrowed }: BuildRun): Promise<void> {
  for (const image of borrowed.splice(0)) {
    await removeImage(parts.docker, image);
    await forgetPulled(parts.db, image, new Date());
  }
}
