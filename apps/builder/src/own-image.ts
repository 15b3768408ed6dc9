import { registryNames } from '#libs/config/env.js';
import { BerthError } from '#libs/core/errors.js';
import type { ImageReference } from '#libs/images/image-reference.js';
import { appByName, liveDigestOf, type App } from '#libs/store/apps.js';
import { repositoryOf, type BuildRun, type Parts } from './pipeline.js';

/**
 * An image of the team's own (`HOST/TEAM/APP:TAG`), where it lies in the internal registry; null when the reference names
 * another registry. Throws `image_missing` when there is none, or it is another team's: nobody learns which.
 */
export async function ownImage(run: BuildRun, reference: ImageReference): Promise<ImageReference | null> {
  const { parts, order } = run;
  if (!registryNames(parts.env).includes(reference.registry)) return null;
  const [team, name, ...more] = reference.name.slice(reference.registry.length + 1).split('/');
  const app = name === undefined || more.length > 0 ? null : await appByName(parts.db, name);
  const isOwn = app !== null && app.team.slug === team && app.teamId === order.app.teamId;
  const digest = isOwn ? await digestOf(parts, app, reference.version) : null;
  if (!isOwn || digest === null)
    throw new BerthError(
      'image_missing',
      `There is no image ${order.source.image} of this team. Push it first: docker push ${registryNames(parts.env)[0]}/TEAM/APP:TAG.`,
    );
  return {
    name: `${parts.registry.host}/${repositoryOf(app.id)}`,
    registry: parts.registry.host,
    version: digest,
  };
}

/** `latest` is what is live, as it is for a docker client; before anything is, what was pushed so. */
async function digestOf({ db, registry }: Parts, app: App, version: string): Promise<string | null> {
  const live = version === 'latest' ? await liveDigestOf(db, app) : null;
  return live ?? registry.digestOf(repositoryOf(app.id), version);
}
