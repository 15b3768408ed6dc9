import { volumesOf, type Manifest } from '#libs/contracts/manifest.js';
import { label, type VolumeMount } from '#libs/engine/port.js';
import { ensureVolumes } from '#libs/store/volumes.js';
import type { RuntimeContext } from '../runtime-context.js';

/** What a container of a release has of its app's volumes. Their rows come first: what the Engine has is accounted for. */
export async function mountsOf(
  { db, fence, env }: Pick<RuntimeContext, 'db' | 'fence' | 'env'>,
  app: { id: string; teamId: string },
  manifest: Manifest | null,
): Promise<VolumeMount[]> {
  const paths = Object.entries(volumesOf(manifest));
  if (paths.length === 0) return [];
  const ids = await ensureVolumes(db, fence, { appId: app.id, names: paths.map(([name]) => name) });
  return paths.map(([name, path]) => ({
    name: volumeName(env.BERTH_ID, ids.get(name) ?? ''),
    path,
    labels: {
      [label.id]: env.BERTH_ID,
      [label.kind]: 'volume',
      [label.app]: app.id,
      [label.team]: app.teamId,
      [label.volume]: name,
    },
  }));
}

/** What the Engine calls it: by its row, so that one that is given up and made anew is another one. */
export function volumeName(berthId: string, id: string): string {
  return `berth-${berthId}-${id}`;
}
