import type { ArchiveType } from '../client/upload.ts';
import { droppedFolder, filesToSend, folderOf, type FolderFile, type SourceFolder } from './source-folder.ts';

/** What a user dropped or chose to deploy. */
export type ChosenSource =
  | { kind: 'archive'; name: string; file: File; type: ArchiveType }
  | { kind: 'folder'; name: string; files: FolderFile[]; bytes: number; leftOut: number };

export type ChoiceProblem = 'empty' | 'notAnArchive' | 'several' | 'unreadable';

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

/** Files that the page itself wrote, such as a function or an example. */
export function sourceOfTexts(name: string, texts: { path: string; content: string }[]): ChosenSource {
  const files = texts.map(({ path, content }) => ({ path, file: new File([content], path) }));
  return { kind: 'folder', name, files, bytes: bytesOf(files), leftOut: 0 };
}

/** Files of `<input type="file">`; with `webkitdirectory` each carries its path. The list is read at once: it may be emptied then. */
export function sourceOfFiles(list: Iterable<File>): Promise<ChosenSource | ChoiceProblem> {
  const files = [...list];
  const first = files[0];
  if (first === undefined) return Promise.resolve('empty');
  if (first.webkitRelativePath !== '') {
    const name = first.webkitRelativePath.split('/')[0] ?? '';
    const within = files.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file }));
    return readable(chosenFolder(name, folderOf(within)));
  }
  return Promise.resolve(chosenArchive(files));
}

/** What was dropped on the page: one archive or one folder. Must be called before the drop event is over. */
export function sourceOfDrop(transfer: DataTransfer): Promise<ChosenSource | ChoiceProblem> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const files = [...transfer.files];
  return readable(readDrop(entries, files));
}

async function readDrop(entries: FileSystemEntry[], files: File[]): Promise<ChosenSource | ChoiceProblem> {
  const [entry] = entries;
  if (entry === undefined) return 'empty';
  if (entries.length > 1) return 'several';
  if (!entry.isDirectory) return chosenArchive(files);
  return chosenFolder(entry.name, await droppedFolder(entry as FileSystemDirectoryEntry));
}

function chosenArchive(files: File[]): ChosenSource | ChoiceProblem {
  const [file] = files;
  if (file === undefined) return 'empty';
  if (files.length > 1) return 'several';
  const type = archiveType(file.name);
  return type === null ? 'notAnArchive' : { kind: 'archive', name: file.name, file, type };
}

async function chosenFolder(name: string, folder: SourceFolder): Promise<ChosenSource | ChoiceProblem> {
  const { files, leftOut } = await filesToSend(folder);
  if (files.length === 0) return 'empty';
  return { kind: 'folder', name, files, bytes: bytesOf(files), leftOut };
}

/** A file that went, or that may not be read. */
function readable(choice: Promise<ChosenSource | ChoiceProblem>): Promise<ChosenSource | ChoiceProblem> {
  return choice.catch(() => 'unreadable' as const);
}

function bytesOf(files: FolderFile[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}
