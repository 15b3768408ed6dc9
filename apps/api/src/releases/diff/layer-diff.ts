import type { ImageLayer } from '#libs/contracts/build-plan.js';
import type { ReleaseDiff } from '#libs/contracts/api/release-diff.js';

type LayerChange = ReleaseDiff['image']['layers'][number];

/** Layers of both images from the base up; those that are gone stand before the first that is new. */
export function diffLayers(
  before: readonly ImageLayer[],
  after: readonly ImageLayer[],
): Pick<ReleaseDiff['image'], 'layers' | 'sameBytes' | 'addedBytes' | 'removedBytes'> {
  const old = new Set(before.map(({ digest }) => digest));
  const now = new Set(after.map(({ digest }) => digest));
  const present = after.map((layer) => view(layer, old.has(layer.digest) ? 'same' : 'added'));
  const gone = before.filter(({ digest }) => !now.has(digest)).map((layer) => view(layer, 'removed'));
  const firstNew = present.findIndex(({ change }) => change === 'added');
  const layers = present.toSpliced(firstNew === -1 ? present.length : firstNew, 0, ...gone);
  const bytes = (change: LayerChange['change']): number =>
    layers.filter((one) => one.change === change).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { layers, sameBytes: bytes('same'), addedBytes: bytes('added'), removedBytes: bytes('removed') };
}

function view(layer: ImageLayer, change: LayerChange['change']): LayerChange {
  const { digest, sizeBytes, part, createdBy } = layer;
  return { change, digest, sizeBytes, part, createdBy };
}
