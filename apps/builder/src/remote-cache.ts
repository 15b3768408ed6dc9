import { subTree } from '#libs/core/snapshot-tree.js';
import { buildImage } from '#libs/images/build-image.js';
import { pushImage } from '#libs/images/push-image.js';
import { isOnEngine, removeImage } from '#libs/images/tag-image.js';
import { openSnapshot } from '#libs/source/snapshot.js';
import { ignoredBy } from './dockerignore.js';
import { imageInput } from './image-input.js';
import { repositoryOf, type BuildRun } from './pipeline.js';
import { isCommand } from './progress-lines.js';

/** Tag, in an app's repository, of the image that other builders take for their cache. */
export const CACHE_TAG = 'cache';
const LIMIT_MS = 120_000;

/**
 * The app's cache in the registry, when this Engine does not have the app's last image: on a fresh host, or beside another
 * builder. Where it is there, so is what it was made of, and asking the registry would only cost time. Undefined otherwise.
 */
export async function remoteCacheOf({ order, parts, log }: BuildRun): Promise<string | undefined> {
  if (order.previous === null) return undefined;
  // Only a matter of speed.
  if (await isOnEngine(parts.docker, `${parts.registry.host}/${order.previous.image}`).catch(() => true))
    return undefined;
  const repository = repositoryOf(order.app.id);
  if ((await parts.registry.digestOf(repository, CACHE_TAG).catch(() => null)) === null) return undefined;
  log.detail('This host does not have the app’s last image: what did not change is taken from the registry.');
  return `${parts.registry.host}/${repository}:${CACHE_TAG}`;
}

/**
 * Stores what commands of this build made where other builders find it. An image that carries its cache differs from one build to
 * the next, so it is another one than the release's: the same build again, all of it cached, with the same layers. Nobody waits for it,
 * and it is left out when no command ran, since what it could give is there already.
 */
export async function keepRemoteCache(run: BuildRun): Promise<void> {
  const { built, order, parts } = run;
  if (!built?.ranCommand) return;
  const signal = AbortSignal.timeout(LIMIT_MS);
  const tree = await openSnapshot(order.source, { home: parts.env.BERTH_HOME, signal });
  try {
    const app = subTree(tree, built.plan.root ?? '');
    const { ignored } = await ignoredBy(app, built.plan);
    const { input } = imageInput(run, { tree: app, plan: built.plan, ignored }, CACHE_TAG);
    await buildCached(input, signal);
    const repository = repositoryOf(order.app.id);
    const { docker, registry } = parts;
    await parts.registryLock.share(() =>
      pushImage({ docker, registry, repository, tag: CACHE_TAG, onLine: () => undefined, signal }),
    );
    await removeImage(docker, input.tag);
  } finally {
    await tree.close();
  }
}

/** Gives up as soon as a command would run again: nothing guards it here. */
async function buildCached(
  input: ReturnType<typeof imageInput>['input'],
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  await buildImage({
    ...input,
    inlineCache: true,
    onProgress: (progress) => {
      if (progress.kind === 'step-started' && isCommand(progress.step) && !progress.step.cached)
        stop.abort(new Error('A command is not in the cache.'));
    },
    signal: AbortSignal.any([signal, stop.signal]),
  });
}
