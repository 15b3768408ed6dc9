import { BerthError } from '#libs/core/errors.js';
import {
  fullReference,
  isHostRegistry,
  parseImageReference,
  type ImageReference,
} from '#libs/images/image-reference.js';
import { pullImage } from '#libs/images/pull-image.js';
import { isOnEngine, removeImage, tagImage } from '#libs/images/tag-image.js';
import { hubImage } from './bases/hub-image.js';
import { guarded } from './guarded.js';
import { ownImage } from './own-image.js';
import { repositoryOf, tagOf, type BuildRun } from './pipeline.js';
import { whilePartsAreAway } from './retry.js';

/** Deploys an image by its reference: brings it, by this host's mirrors if it is one of Docker Hub, and gives it the app's own name, so that it outlives its registry. */
export async function takeImage(run: BuildRun): Promise<void> {
  const { parts, log } = run;
  const written = parseImageReference(run.order.source.image ?? '');
  const own = await ownImage(run, written);
  const reference = own ?? publicReference(run, written);
  log.phase(`Image ${fullReference(written)}`);
  await run.timeline.step(
    'build',
    async () => {
      const hub = own === null && reference.registry === 'docker.io' ? await hubImage(run, reference) : null;
      const copy = hub !== null && 'reference' in hub ? hub : null;
      const source = copy === null ? reference : parseImageReference(copy.reference);
      const full = fullReference(source);
      const wasThere = await isOnEngine(parts.docker, full);
      // Where nobody can be asked, what somebody loaded is taken, as a FROM of it would be.
      const isLoaded = wasThere && hub !== null && 'answered' in hub && !hub.answered;
      if (!isLoaded) await guarded(run, () => pull(run, source));
      await tagImage(
        parts.docker,
        full,
        `${parts.registry.host}/${repositoryOf(run.order.app.id)}`,
        tagOf(run),
      );
      // The app's own name is enough. A name that was there before is somebody's.
      if (own === null && !wasThere) await removeImage(parts.docker, full);
      return copy?.from;
    },
    (from) => ({ pulled: fullReference(written), ...(from !== undefined && { from }) }),
  );
}

function pull({ parts, log, signal }: BuildRun, reference: ImageReference): Promise<void> {
  const most = parts.env.BERTH_BUILD_DISK_MB * 1024 * 1024;
  return whilePartsAreAway(
    () => pullImage(parts.docker, reference, (line) => log.output(line), signal, most),
    { signal, onRetry: (sentence) => log.warning(sentence) },
  );
}

/** Images of the host's own registry belong to their teams: only the door's names lead to them. */
function publicReference({ parts }: BuildRun, reference: ImageReference): ImageReference {
  if (!isHostRegistry(reference, parts.registry.host)) return reference;
  throw new BerthError(
    'image_not_public',
    `${fullReference(reference)} lies in this host's own registry, which holds the images of all teams. Name an image of a public registry.`,
  );
}
