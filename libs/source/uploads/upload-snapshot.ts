import { stat } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { ContentStore } from '../archive/content-store.js';
import { unpack } from '../archive/unpack.js';
import { uploadPath } from './upload-store.js';

/** The files of an uploaded archive, unpacked into one nameless file. Throws `source_gone` when it was pruned. */
export async function openUpload(wanted: {
  home: string;
  sourceId: string;
  signal?: AbortSignal;
}): Promise<SnapshotTree> {
  const path = uploadPath(wanted.home, wanted.sourceId);
  if (!(await stat(path).catch(() => null)))
    throw new BerthError('source_gone', 'The uploaded archive is no longer stored; upload it again.');
  const store = await ContentStore.create(wanted.home);
  try {
    const { entries } = await unpack(path, store, { signal: wanted.signal });
    await store.flush();
    const slices = new Map(entries.map(({ path, slice }) => [path, slice]));
    let closed = false;
    return {
      entries: entries.map(({ slice: _, ...entry }) => entry),
      open(path) {
        const slice = slices.get(path);
        if (!slice) throw new Error(`There is no file ${JSON.stringify(path)} in this source.`);
        return store.read(slice);
      },
      async close() {
        if (closed) return;
        closed = true;
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
