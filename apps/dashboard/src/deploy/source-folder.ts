import { SourceIgnores } from '#libs/core/source-ignores.js';

/** A file of a chosen folder, with its path inside the folder. */
export interface FolderFile {
  path: string;
  file: File;
}

/** A folder as a browser shows it: read only as far as somebody looks into it. */
export interface SourceFolder {
  files: Map<string, () => Promise<File>>;
  folders: Map<string, () => Promise<SourceFolder>>;
}

/**
 * The files of a folder that are sent, by the rules of `berth deploy`: what .gitignore, .berthignore and .dockerignore leave out stays at
 * home, and so does what every build makes anew. Folders that are left out are not read.
 */
export async function filesToSend(top: SourceFolder): Promise<{ files: FolderFile[]; leftOut: number }> {
  const found: FolderFile[] = [];
  let leftOut = 0;
  const visit = async (folder: SourceFolder, base: string, outer: SourceIgnores): Promise<void> => {
    const ignores = outer.into(base, await textOf(folder, '.gitignore'));
    for (const [name, read] of folder.files) {
      if (ignores.ignores(base + name)) leftOut += 1;
      else found.push({ path: base + name, file: await read() });
    }
    for (const [name, read] of folder.folders) {
      const path = `${base}${name}/`;
      if (ignores.ignores(path)) leftOut += 1;
      else await visit(await read(), path, ignores);
    }
  };
  await visit(
    top,
    '',
    SourceIgnores.of({
      berthignore: await textOf(top, '.berthignore'),
      dockerignore: await textOf(top, '.dockerignore'),
      dockerfile: top.files.has('Dockerfile'),
    }),
  );
  return { files: found.sort((a, b) => (a.path < b.path ? -1 : 1)), leftOut };
}

async function textOf(folder: SourceFolder, name: string): Promise<string | null> {
  const file = await folder.files.get(name)?.();
  return (await file?.text()) ?? null;
}

/** The folder that a list of files with their paths makes: what `<input type="file" webkitdirectory>` gives. */
export function folderOf(files: FolderFile[]): SourceFolder {
  const top = emptyFolder();
  const known = new Map([['', top]]);
  const at = (path: string): SourceFolder => {
    const there = known.get(path);
    if (there !== undefined) return there;
    const made = emptyFolder();
    known.set(path, made);
    const [parent, name] = split(path);
    at(parent).folders.set(name, () => Promise.resolve(made));
    return made;
  };
  for (const { path, file } of files) {
    const [parent, name] = split(path);
    at(parent).files.set(name, () => Promise.resolve(file));
  }
  return top;
}

function split(path: string): [parent: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [slash < 0 ? '' : path.slice(0, slash), path.slice(slash + 1)];
}

function emptyFolder(): SourceFolder {
  return { files: new Map(), folders: new Map() };
}

/** A folder that was dropped. */
export async function droppedFolder(directory: FileSystemDirectoryEntry): Promise<SourceFolder> {
  const folder = emptyFolder();
  const reader = directory.createReader();
  for (;;) {
    // A reader answers at most 100 entries at a time, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return folder;
    for (const entry of batch) {
      if (entry.isDirectory)
        folder.folders.set(entry.name, () => droppedFolder(entry as FileSystemDirectoryEntry));
      else
        folder.files.set(
          entry.name,
          () => new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
        );
    }
  }
}
