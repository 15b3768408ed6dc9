import { z } from 'zod';
import type { LayerSharing } from '#libs/contracts/api/explain.js';
import { imageLayer, type ImageLayer } from '#libs/contracts/build-plan.js';
import type { LiveImage } from '#libs/store/explain-queries.js';

/** Apps drawn beside this one. */
const drawn = 5;

/** Layers as the store keeps them; none where there are none. */
export function layersOf(value: unknown): ImageLayer[] {
  return z.array(imageLayer).safeParse(value).data ?? [];
}

/** Which of an image's layers others have too. Apps of other teams are counted, never named. */
export function sharingOf(
  own: readonly ImageLayer[],
  teamId: string,
  images: readonly LiveImage[],
): LayerSharing {
  const others = images.map((image) => {
    const layers = layersOf(image.layers);
    return { ...image, layers, digests: new Set(layers.map(({ digest }) => digest)) };
  });
  const team = others
    .filter((image) => image.teamId === teamId)
    .map(({ name, layers, digests }) => {
      const shared = new Set(own.map(({ digest }) => digest).filter((digest) => digests.has(digest)));
      const rest = layers.filter(({ digest }) => !shared.has(digest));
      return { name, shared, rest };
    })
    .sort((a, b) => b.shared.size - a.shared.size || (a.name < b.name ? -1 : 1))
    .slice(0, drawn);
  return {
    layers: own.map(({ digest, sizeBytes, part, createdBy }) => ({
      ...{ digest, sizeBytes, part, createdBy },
      apps: team.filter(({ shared }) => shared.has(digest)).map(({ name }) => name),
      others: others.filter((image) => image.teamId !== teamId && image.digests.has(digest)).length,
    })),
    apps: team.map(({ name, shared, rest }) => ({
      name,
      sharedLayers: shared.size,
      ownLayers: rest.length,
      ownBytes: rest.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    })),
  };
}
