import type { ArchiveType } from '../client/upload.ts';

/** A file of a chosen folder, with its path inside the folder. */
export interface FolderFile {
  path: string;
  file: File;
}

/** What a user dropped or chose to deploy. */
export type ChosenSource =
  | { kind: 'archive'; name: string; file: File; type: ArchiveType }
  | { kind: 'folder'; name: string; files: FolderFile[]; bytes: number };

export type ChoiceProblem = 'empty' | 'notAnArchive' | 'several';

/** Folders that a deployment never needs: the build installs its own dependencies, and history stays at home. */
const LEFT_OUT = new Set(['.git', 'node_modules', '.DS_Store', '__MACOSX']);

/** Is this path inside the folder part of the app? */
export function isSourcePath(path: string): boolean {
  return path !== '' && !path.split('/').some((part) => LEFT_OUT.has(part));
}

/** The kind of archive that a file name stands for, or null. */
export function archiveType(name: string): ArchiveType | null {
  if (/\.(tar\.gz|tgz)$/i.test(name)) return 'application/gzip';
  if (/\.zip$/i.test(name)) return 'application/zip';
  if (/\.tar$/i.test(name)) return 'application/x-tar';
  return null;
}

/** A name for an app from a file's or folder's: lower case, hyphens, no ending. Empty when nothing is left. */
export function suggestedName(name: string): string {
  return name
    .replace(/\.(tar\.gz|tgz|zip|tar)$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

/** Files of `<input type="file">`; with `webkitdirectory` each carries its path. */
export function sourceOfFiles(list: Iterable<File>): ChosenSource | ChoiceProblem {
  const files = [...list];
  const first = files[0];
  if (first === undefined) return 'empty';
  if (first.webkitRelativePath !== '') {
    const name = first.webkitRelativePath.split('/')[0] ?? '';
    return folder(
      name,
      files.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file })),
    );
  }
  if (files.length > 1) return 'several';
  const type = archiveType(first.name);
  return type === null ? 'notAnArchive' : { kind: 'archive', name: first.name, file: first, type };
}

/** What was dropped on the page: one archive or one folder. Must be called before the drop event is over. */
export function sourceOfDrop(transfer: DataTransfer): Promise<ChosenSource | ChoiceProblem> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const files = [...transfer.files];
  return readDrop(entries, files);
}

async function readDrop(entries: FileSystemEntry[], files: File[]): Promise<ChosenSource | ChoiceProblem> {
  const [entry] = entries;
  if (entry === undefined) return 'empty';
  if (entries.length > 1) return 'several';
  if (!entry.isDirectory) return sourceOfFiles(files);
  const found: FolderFile[] = [];
  await readFolder(entry as FileSystemDirectoryEntry, '', found);
  return folder(entry.name, found);
}

async function readFolder(
  directory: FileSystemDirectoryEntry,
  prefix: string,
  found: FolderFile[],
): Promise<void> {
  const reader = directory.createReader();
  for (;;) {
    // A reader answers at most 100 entries at a time, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    for (const entry of batch) {
      const path = prefix + entry.name;
      if (!isSourcePath(path)) continue;
      if (entry.isDirectory) await readFolder(entry as FileSystemDirectoryEntry, `${path}/`, found);
      else {
        const file = await new Promise<File>((resolve, reject) =>
          (entry as FileSystemFileEntry).file(resolve, reject),
        );
        found.push({ path, file });
      }
    }
  }
}

function folder(name: string, all: FolderFile[]): ChosenSource | ChoiceProblem {
  const files = all.filter(({ path }) => isSourcePath(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length === 0) return 'empty';
  return { kind: 'folder', name, files, bytes: files.reduce((sum, { file }) => sum + file.size, 0) };
}
