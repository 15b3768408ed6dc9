import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { RegistryClient } from './registry-client.js';

/** Type of a layer that is packed with gzip, by the type of the manifest that names it. */
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
const entry = z.looseObject({ created_by: z.string().optional(), empty_layer: z.boolean().optional() });
const config = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(entry).nullish(),
});

/** An image as the registry has it, with all that Berth does not understand. */
export interface StoredImage {
  mediaType: string;
  manifest: z.infer<typeof manifest>;
  config: z.infer<typeof config>;
}

/** A layer that an image is to get. `open` gives its bytes, packed with gzip. */
export interface NewLayer {
  /** SHA-256 of the layer unpacked. */
  diffId: string;
  /** SHA-256 and size of it packed. */
  digest: string;
  sizeBytes: number;
  open: () => Uint8Array | Readable;
}

/** Reads an image of the registry; null when it has none. */
export async function readStored(
  registry: RegistryClient,
  repository: string,
  digest: string,
): Promise<StoredImage | null> {
  const found = await registry.rawManifest(repository, digest);
  if (found === null) return null;
  const parsed = manifest.parse(found.document);
  const document = await registry.rawBlob(repository, parsed.config.digest);
  if (document === null) return null;
  return { mediaType: found.mediaType, manifest: parsed, config: config.parse(document) };
}

/**
 * Stores an image under a tag: that of `base` with `layer` on top of its `keep` lowest layers, and this history. All other layers must be in
 * the same repository. Gives its digest. May be repeated.
 */
export async function storeImage(
  registry: RegistryClient,
  wanted: {
    repository: string;
    tag: string;
    base: StoredImage;
    keep: number;
    layer: NewLayer;
    created: Date;
    history: readonly unknown[];
  },
): Promise<string> {
  const { repository, tag, base, keep, layer } = wanted;
  const { rootfs, ...rest } = base.config;
  const document = Buffer.from(
    JSON.stringify({
      ...rest,
      created: wanted.created.toISOString(),
      history: wanted.history,
      rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids.slice(0, keep), layer.diffId] },
    }),
  );
  const digest = digestOf(document);
  await Promise.all([
    registry.upload(repository, layer.digest, layer.sizeBytes, layer.open),
    registry.upload(repository, digest, document.length, () => document),
  ]);
  const mediaType =
    layerTypes[base.mediaType] ?? layerTypes['application/vnd.oci.image.manifest.v1+json'] ?? '';
  const { manifest } = base;
  return registry.putManifest(
    repository,
    tag,
    base.mediaType,
    JSON.stringify({
      ...manifest,
      config: { ...manifest.config, digest, size: document.length },
      layers: [...manifest.layers.slice(0, keep), { mediaType, digest: layer.digest, size: layer.sizeBytes }],
    }),
  );
}

/** The name that registries give to bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
