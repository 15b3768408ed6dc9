import { instanceWithRelease } from '#libs/store/instances.js';
import { openReleaseConfig } from '#libs/store/releases.js';
import { environment } from '../instances/container-spec.js';
import type { RuntimeContext } from '../runtime-context.js';

/**
 * What a command beside an instance has to be told of its environment: nothing, but where the container was made before its app was known,
 * and so does not carry the app's variables.
 */
export async function environmentOf(
  { db, sealer, warm }: RuntimeContext,
  instanceId: string,
): Promise<Record<string, string>> {
  if (warm.ownerOf(instanceId) === undefined) return {};
  const row = await instanceWithRelease(db, instanceId);
  if (row === null) return {};
  const { app, release } = row;
  return environment({ app, release, instance: row, config: openReleaseConfig(sealer, release) });
}
