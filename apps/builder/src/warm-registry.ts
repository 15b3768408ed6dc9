import { messageOf } from '#libs/core/errors.js';
import type { Logger } from 'pino';
import { pushImage } from '#libs/images/push-image.js';
import { tagImage } from '#libs/images/tag-image.js';
import type { Parts } from './pipeline.js';
import { readStacks } from './stacks.js';

/**
 * Pushes the stack images to the registry once, so that the first deployment of an app finds their layers there instead of
 * compressing and sending them. Only a matter of speed: failure is noted and forgotten.
 */
export async function warmRegistry(parts: Parts, signal: AbortSignal, logger: Logger): Promise<void> {
  try {
    for (const [stack, image] of Object.entries(await readStacks(parts.env.BERTH_HOME))) {
      const repository = `stacks/${stack}`;
      const tag = image.slice(image.lastIndexOf(':') + 1);
      if ((await parts.registry.digestOf(repository, tag)) !== null) continue;
      await tagImage(parts.docker, image, `${parts.registry.host}/${repository}`, tag);
      const push = {
        docker: parts.docker,
        registry: parts.registry,
        repository,
        tag,
        onLine: () => undefined,
        signal,
      };
      await parts.registryLock.share(() => pushImage(push));
    }
  } catch (error) {
    if (!signal.aborted) logger.info({ error: messageOf(error) }, 'stack images are not in the registry yet');
  }
}
