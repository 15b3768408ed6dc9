import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import type { CommittedLayer } from './commit-layer.js';
import type { RegistryClient } from './registry-client.js';

/** Type of a layer, by the type of the manifest that names it. */
const layerTypes: Record<string, string> = {
  'application/vnd.docker.distribution.manifest.v2+json': 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.oci.image.manifest.v1+json': 'application/vnd.oci.image.layer.v1.tar+gzip',
};

const descriptor = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() });
const manifest = z.looseObject({
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor),
});
const config = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.unknown()).nullish(),
});

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
  const { repository, layer, tag } = wanted;
  const found = await registry.rawManifest(repository, wanted.base);
  if (found === null) throw gone();
  const parsed = manifest.parse(found.document);
  const oldConfig = await registry.rawBlob(repository, parsed.config.digest);
  if (oldConfig === null) throw gone();
  const { rootfs, history, ...rest } = config.parse(oldConfig);
  const newConfig = Buffer.from(
    JSON.stringify({
      ...rest,
      created: wanted.at.toISOString(),
      history: [...(history ?? []), { created: wanted.at.toISOString(), created_by: wanted.createdBy }],
      rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, layer.diffId] },
    }),
  );
  const configDigest = digestOf(newConfig);
  await registry.upload(repository, layer.digest, layer.sizeBytes, () => createReadStream(layer.file));
  await registry.upload(repository, configDigest, newConfig.length, () => newConfig);
  const mediaType =
    layerTypes[found.mediaType] ?? layerTypes['application/vnd.oci.image.manifest.v1+json'] ?? '';
  const document = {
    ...parsed,
    config: { ...parsed.config, digest: configDigest, size: newConfig.length },
    layers: [...parsed.layers, { mediaType, digest: layer.digest, size: layer.sizeBytes }],
  };
  return registry.putManifest(repository, tag, found.mediaType, JSON.stringify(document));
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function gone(): BerthError {
  return new BerthError(
    'push_failed',
    'The image that the instance was started from is not in the registry. Try again.',
  );
}
