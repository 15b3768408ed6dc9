import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { storedSize } from '#libs/core/size.js';
import { layerReport } from '#libs/images/layer-report.js';
import { pushImage, type PushedImage } from '#libs/images/push-image.js';
import type { ImageConfig, Manifest } from '#libs/images/registry-client.js';
import type { BuildResult } from '#libs/store/builds.js';
import { repositoryOf, tagOf, type BuildRun } from './pipeline.js';
import { pushInstance } from './take-instance.js';
import { whilePartsAreAway } from './retry.js';

export interface Pushed {
  result: BuildResult;
  config: ImageConfig;
  /** When the push began. */
  since: Date;
}

/** Pushes the built image, reads back what the registry holds, and reports its layers against the app's previous image. */
export async function push(run: BuildRun, plan: BuildPlan | null): Promise<Pushed> {
  const since = new Date();
  const { digest, manifest, config } = run.appended
    ? await readBackOf(run, run.appended.stored)
    : await run.timeline.step(
        'push',
        () => pushAndRead(run),
        ({ digest, layersPushed, layersThere }) => ({ digest, layersPushed, layersThere }),
      );
  const image = `${repositoryOf(run.order.app.id)}@${digest}`;
  const layers = layerReport({ manifest, config, plan }, run.order.previous);
  const bytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const fresh = run.order.previous === null ? [] : layers.filter(({ reused }) => !reused);
  run.log.detail(
    `Image: ${storedSize(bytes)} compressed, ${layers.length} layers, ${layers.filter(({ reused }) => reused).length} reused`,
  );
  for (const why of new Set(fresh.map(({ part, whyNot }) => `New layer (${part}): ${whyNot}`)))
    run.log.detail(why);
  return {
    result: { plan, language: plan?.language ?? 'image', image, imageBytes: BigInt(bytes), layers },
    config,
    since,
  };
}

async function pushAndRead(run: BuildRun) {
  const { parts, log, signal } = run;
  const repository = repositoryOf(run.order.app.id);
  log.phase('Pushing the image to the registry');
  return whilePartsAreAway(
    () =>
      parts.registryLock.share(async () => {
        const pushed = run.committed
          ? await pushInstance(run, run.committed)
          : await pushImage({
              docker: parts.docker,
              registry: parts.registry,
              repository,
              tag: tagOf(run),
              onLine: () => undefined,
              signal,
            });
        return readBackOf(run, pushed);
      }),
    { signal, onRetry: (sentence) => log.warning(sentence) },
  );
}

async function readBackOf(run: BuildRun, stored: PushedImage) {
  return { ...stored, ...(await readBack(run, repositoryOf(run.order.app.id), stored.digest)) };
}

async function readBack(
  run: BuildRun,
  repository: string,
  digest: string,
): Promise<{ manifest: Manifest; config: ImageConfig }> {
  const { registry } = run.parts;
  const manifest = await registry.manifest(repository, digest);
  const config = manifest && (await registry.config(repository, manifest.config.digest));
  if (manifest === null || config === null) {
    throw new BerthError(
      'push_failed',
      'The registry took the image but does not have it for this kind of machine. Try the deployment again.',
    );
  }
  return { manifest, config };
}
