import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { appendLayer } from '#libs/images/append-layer.js';
import { commitLayer, type CommittedLayer } from '#libs/images/commit-layer.js';
import { parseImageReference } from '#libs/images/image-reference.js';
import { pullImage } from '#libs/images/pull-image.js';
import { pushImage, type PushedImage } from '#libs/images/push-image.js';
import { removeImage, tagImage } from '#libs/images/tag-image.js';
import { instanceToCommit, type InstanceToCommit } from '#libs/store/commits.js';
import { repositoryOf, tagOf, type BuildRun } from './pipeline.js';

/** Folder of Berth's home for layers on their way from the Engine to the registry. */
export const COMMITS = 'commits';

/** What was taken of an instance: its layer in a file, and the image that the layer lies on. */
export interface Committed {
  instance: InstanceToCommit;
  /** Id of the image on the Engine. */
  imageId: string;
  layer: CommittedLayer;
}

/**
 * Takes what an instance wrote as a layer. Nothing else of its container is taken: environment, labels, command and limits stay where they are.
 * Returns the plan of the image below, with the layer as its last step.
 */
export async function takeInstance(run: BuildRun): Promise<BuildPlan | null> {
  const { parts, log, order, signal } = run;
  const instance = await instanceToCommit(parts.db, order.app.id, order.source.instanceId ?? '');
  log.phase(
    `Committing ${instance.process} ${instance.id.slice(-8)}, an instance of v${instance.release.number}`,
  );
  log.warning('Nothing but this image knows of these changes: the next push builds without them.');
  const committed = await run.timeline.step(
    'build',
    async () => {
      const imageId = await imageOf(run, instance);
      const folder = join(parts.env.BERTH_HOME, COMMITS);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${run.build.id}.layer`);
      const { containerId, frozen } = instance;
      const layer = await commitLayer(parts.docker, { containerId, pause: !frozen, file, signal });
      return { instance, imageId, layer };
    },
    ({ layer }) => ({ layer: layer.digest, bytes: layer.sizeBytes }),
  );
  run.committed = committed;
  const { plan } = instance;
  return (
    plan && { ...plan, finalStage: [...plan.finalStage, { instruction: instruction(instance), part: 'app' }] }
  );
}

/** Makes the committed image in the registry: the image below is pushed by the Engine, the layer put on top of it. */
export async function pushInstance(
  run: BuildRun,
  { instance, imageId, layer }: Committed,
): Promise<PushedImage> {
  const { docker, registry } = run.parts;
  const repository = repositoryOf(run.order.app.id);
  const tag = `${tagOf(run)}-base`;
  await tagImage(docker, imageId, `${registry.host}/${repository}`, tag);
  try {
    const push = { docker, registry, repository, tag, onLine: () => undefined, signal: run.signal };
    const base = await pushImage(push);
    const digest = await appendLayer(registry, {
      repository,
      base: base.digest,
      layer,
      createdBy: instruction(instance),
      at: run.order.source.createdAt,
      tag: tagOf(run),
    });
    return { digest, layersPushed: base.layersPushed + 1, layersThere: base.layersThere };
  } finally {
    await removeImage(docker, `${registry.host}/${repository}:${tag}`);
  }
}

/** The layer's file is of no use once the build has ended, well or not. */
export async function dropCommitted({ committed }: BuildRun): Promise<void> {
  if (committed) await rm(committed.layer.file, { force: true });
}

function instruction({ id, process }: InstanceToCommit): string {
  return `berth commit ${process} ${id.slice(-8)}`;
}

/** The image that the container was made from, or stands for if it waited for its app on a bare stack. A container that is not this instance's is none of ours. */
async function imageOf({ parts, order, signal }: BuildRun, instance: InstanceToCommit): Promise<string> {
  const { containerId, id, release } = instance;
  const found = await parts.docker
    .getContainer(containerId)
    .inspect()
    .catch(() => null);
  const labels = found?.Config.Labels;
  const waited = labels?.['berth.kind'] === 'warm';
  const isOurs =
    labels?.['berth.id'] === parts.env.BERTH_ID &&
    (waited || labels['berth.app'] === order.app.id) &&
    labels['berth.instance'] === id;
  if (found === null || !isOurs)
    throw new BerthError('source_gone', 'The instance is gone, and what it wrote with it. Commit another.');
  if (!waited) return found.Image;
  const image = `${parts.registry.host}/${release.image}`;
  await pullImage(parts.docker, parseImageReference(image), () => undefined, signal);
  return (await parts.docker.getImage(image).inspect()).Id;
}
