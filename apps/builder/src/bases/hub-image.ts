import type { ImageReference } from '#libs/images/image-reference.js';
import { cachedImage, type Cached } from '#libs/mirrors/cached-image.js';
import { noteInBuild } from '../mirrors/through-mirrors.js';
import type { BuildRun } from '../pipeline.js';

/** An image of Docker Hub for a build; its log and its record say where it came from. */
export function hubImage(run: BuildRun, image: ImageReference): Promise<Cached> {
  const { parts, log, signal } = run;
  return cachedImage(parts, image, { log, signal, note: (served) => noteInBuild(run, served) });
}
