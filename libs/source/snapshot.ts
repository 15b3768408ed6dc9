import { BerthError } from '#libs/core/errors.js';
import { memoryTree, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { openCommit } from './git/git-snapshot.js';
import { repositoryPath } from './git/repositories.js';
import { openUpload } from './uploads/upload-snapshot.js';

/** What a source's row says about where its files are. */
export interface StoredSource {
  id: string;
  appId: string;
  kind: string;
  commit: string | null;
  format: string | null;
}

/**
 * Opens the files of a source, checked and within `sourceLimits`; close it when done. Aborting the signal ends what it runs.
 * Throws `source_gone` (pruned), `source_unsafe` (an entry that Berth does not take), `source_too_large`, `source_without_files`
 * (an image reference).
 */
export function openSnapshot(
  source: StoredSource,
  options: { home: string; signal?: AbortSignal },
): Promise<SnapshotTree> {
  switch (source.kind) {
    case 'git':
      return openCommit(repositoryPath(options.home, source.appId), source.commit ?? '', options);
    case 'upload':
      return openUpload({ home: options.home, sourceId: source.id, signal: options.signal });
    case 'addon':
      // Berth's own files are all that goes into its image.
      return Promise.resolve(memoryTree({}));
    default:
      throw new BerthError('source_without_files', `A source of kind ${source.kind} has no files to build.`);
  }
}
