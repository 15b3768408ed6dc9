import { createReadStream } from 'node:fs';
import { BerthError } from '#libs/core/errors.js';
import type { CommittedLayer } from './commit-layer.js';
import type { RegistryClient } from './registry-client.js';
import { readStored, storeImage } from './stored-image.js';

/**
 * Makes an image in the registry: that of `base` (a digest of the same repository) with one more layer, everything else the same. Its tag is
 * `tag`. Returns the digest. May be repeated.
 */
export async function appendLayer(
  registry: RegistryClient,
  wanted: {
    repository: string;
    base: string;
    layer: CommittedLayer;
    /** The instruction that the layer's history names. */
    createdBy: string;
    at: Date;
    tag: string;
  },
): Promise<string> {
  const { repository, layer, tag, at } = wanted;
  const base = await readStored(registry, repository, wanted.base);
  if (base === null)
    throw new BerthError(
      'push_failed',
      'The image that the instance was started from is not in the registry. Try again.',
    );
  const line = { created: at.toISOString(), created_by: wanted.createdBy };
  return storeImage(registry, {
    ...{ repository, tag, base, created: at },
    keep: base.manifest.layers.length,
    layer: { ...layer, open: () => createReadStream(layer.file) },
    history: [...(base.config.history ?? []), line],
  });
}
