import { removeImage } from '#libs/images/tag-image.js';
import { repositoryOf, type BuildRun } from './pipeline.js';

/** So many of an app's newest images stay on the Engine that built them; older ones are in the registry. */
const KEPT = 3;

/** Takes the names of old images away from the Engine. An image in use by a container stays. */
export async function forgetOldTags({ parts, order }: BuildRun): Promise<void> {
  const repository = `${parts.registry.host}/${repositoryOf(order.app.id)}`;
  const images = await parts.docker.listImages({ filters: { reference: [repository] } });
  const tags = images
    .sort((a, b) => b.Created - a.Created)
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .map((name) => ({ name, number: Number(/:d(\d+)-\d+$/.exec(name)?.[1] ?? NaN) }))
    .filter(({ number }) => Number.isFinite(number))
    .sort((a, b) => b.number - a.number);
  for (const { name } of tags.slice(KEPT)) await removeImage(parts.docker, name);
}
