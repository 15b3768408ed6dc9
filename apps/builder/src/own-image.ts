import { registryNames } from '#libs/config/env.js';
import { BerthError } from '#libs/core/errors.js';
import type { ImageReference } from '#libs/images/image-reference.js';
import { appByName } from '#libs/store/apps.js';
import { repositoryOf, type BuildRun } from './pipeline.js';

/**
 * An image that a team's own docker client pushed (`HOST/TEAM/APP:TAG`), where it lies in the internal registry; null when the reference names
 * another registry. Throws `image_missing` when there is none, or it is another team's: nobody learns which.
 */
export async function ownImage(run: BuildRun, reference: ImageReference): Promise<ImageReference | null> {
  const { parts, order } = run;
  if (!registryNames(parts.env).includes(reference.registry)) return null;
  const [team, name, ...more] = reference.name.slice(reference.registry.length + 1).split('/');
  const app = name === undefined || more.length > 0 ? null : await appByName(parts.db, name);
  const isOwn = app !== null && app.team.slug === team && app.teamId === order.app.teamId;
  const repository = isOwn ? repositoryOf(app.id) : null;
  const digest = repository && (await parts.registry.digestOf(repository, reference.version));
  if (!digest)
    throw new BerthError(
      'image_missing',
      `There is no image ${order.source.image} of this team. Push it first: docker push ${registryNames(parts.env)[0]}/TEAM/APP:TAG.`,
    );
  return { name: `${parts.registry.host}/${repository}`, registry: parts.registry.host, version: digest };
}
