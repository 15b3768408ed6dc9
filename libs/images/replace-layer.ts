import { isDeepStrictEqual } from 'node:util';
import type { ContextInput } from './context-tar.js';
import type { RegistryClient } from './registry-client.js';
import {
  entriesOf,
  MOST_SOURCE_BYTES,
  plannedEntries,
  sourceLayer,
  type LayerEntries,
} from './source-layer.js';
import { readStored, storeImage, type NewLayer, type StoredImage } from './stored-image.js';

/** An image whose last layer is a copy of its source, and what shall be in the place of that layer. */
export interface Replacement {
  base: StoredImage;
  layer: NewLayer;
}

/** A copy of the source, the last layer of an image that was made before. */
export interface SourceCopy {
  repository: string;
  /** Digest of the earlier image. */
  base: string;
  /** Folder of the image that the files go to, without slashes around it. */
  to: string;
  /** Folders below `to` that layers further down fill. */
  filledBelow: readonly string[];
  /** Ids of the files by path, as `BuildContext.inputs` has them. */
  before: Readonly<Record<string, string>>;
  now: Readonly<Record<string, string>>;
}

/**
 * Makes a new last layer of the source for an image that was built before, without a build. The earlier layer shows whether Berth
 * makes such a layer as the build does: it has to be, in kinds, modes and owners, what Berth would have made of the earlier files. Null where
 * it is not, or the image is gone, or anything about it is not as expected: then only a build can tell.
 */
export async function prepareReplacement(
  registry: RegistryClient,
  copy: SourceCopy,
  context: ContextInput,
): Promise<Replacement | null> {
  if (context.tree.entries.reduce((sum, { size }) => sum + size, 0) > MOST_SOURCE_BYTES) return null;
  const [base, layer] = await Promise.all([
    readStored(registry, copy.repository, copy.base),
    sourceLayer(context, copy.to),
  ]);
  if (base === null || !endsInCopy(base)) return null;
  const last = base.manifest.layers.at(-1);
  if (last === undefined || !last.mediaType.endsWith('gzip') || last.size > MOST_SOURCE_BYTES) return null;
  const packed = await registry.bytes(copy.repository, last.digest, MOST_SOURCE_BYTES);
  const entries = packed === null ? null : await entriesOf(packed);
  const planned = plannedEntries(copy.before, copy.to);
  if (entries === null || !isDeepStrictEqual(entries, planned)) return null;
  return meetsOthers(plannedEntries(copy.now, copy.to), planned, copy) ? null : { base, layer };
}

/** Stores the image under a tag; gives its digest. The registry must not be swept meanwhile. May be repeated. */
export function storeReplacement(
  registry: RegistryClient,
  { base, layer }: Replacement,
  { repository, tag, at }: { repository: string; tag: string; at: Date },
): Promise<string> {
  const history = base.config.history ?? [];
  const index = history.findLastIndex((entry) => entry.empty_layer !== true);
  const line = history[index];
  return storeImage(registry, {
    ...{ repository, tag, base, layer, created: at },
    keep: base.manifest.layers.length - 1,
    history: history.with(index, {
      ...line,
      created: at.toISOString(),
      created_by: line?.created_by?.replace(/ # buildkit$/, ''),
      comment: 'berth: appended without a build',
    }),
  });
}

/** Does the history name every layer, and a copy as the last one? */
function endsInCopy({ config, manifest }: StoredImage): boolean {
  const layers = (config.history ?? []).filter(({ empty_layer }) => empty_layer !== true);
  const count = manifest.layers.length;
  const matches = layers.length === count && config.rootfs.diff_ids.length === count;
  return matches && (layers.at(-1)?.created_by ?? '').startsWith('COPY ');
}

/** Is anything new where a layer further down may have something too? What a copy then makes of folders depends on that. */
function meetsOthers(now: LayerEntries, before: LayerEntries, { to, filledBelow }: SourceCopy): boolean {
  const others = filledBelow.filter((folder) => within(folder, to) || within(to, folder));
  if (others.length === 0) return false;
  return [...now].some(
    ([path, facts]) =>
      before.get(path) !== facts && others.some((folder) => within(path, folder) || within(folder, path)),
  );
}

/** Is a path the folder, or below it? */
function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
