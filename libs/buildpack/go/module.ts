import { BerthError } from '#libs/core/errors.js';
import type { ProjectFiles } from '../project-files.js';

/** What go.mod says. */
export interface GoModule {
  path: string;
  /** The language version; null when it names none. */
  go: string | null;
  toolchain: string | null;
  /** Folders of this repository that replace a module. */
  localReplaces: string[];
}

/** Reads go.mod. Throws BerthError `go_mod_invalid` when it names no module. */
export async function readModule(files: ProjectFiles): Promise<GoModule> {
  const text = ((await files.read('go.mod')) ?? '').replace(/\/\/.*$/gm, '');
  const path = /^\s*module\s+"?([^\s"]+)"?\s*$/m.exec(text)?.[1];
  if (path === undefined) {
    throw new BerthError(
      'go_mod_invalid',
      'go.mod has no line "module <path>". Run "go mod init example.org/your-app", commit go.mod and push again.',
      { details: { file: 'go.mod' } },
    );
  }
  return {
    path,
    go: /^\s*go\s+(\d[\w.]*)\s*$/m.exec(text)?.[1] ?? null,
    toolchain: /^\s*toolchain\s+go(\d[\w.]*)\s*$/m.exec(text)?.[1] ?? null,
    localReplaces: [...text.matchAll(/=>\s*(\.{1,2}\/\S*)/g)].map((match) => match[1] as string),
  };
}

/** The name that `go build` gives the program of a package: its last part that is no version. */
export function programName(packagePath: string): string {
  const parts = packagePath.split('/').filter((part) => part !== '');
  const last = parts.at(-1) ?? 'app';
  return /^v[2-9]\d*$/.test(last) && parts.length > 1 ? (parts.at(-2) as string) : last;
}

/** A package that becomes a program. */
export interface Main {
  /** Folder, empty for the root. */
  folder: string;
  /** Name of the program. */
  name: string;
}

/** Folders whose programs are never the app. */
const ASIDE =
  /(?:^|\/)(?:vendor|testdata|examples?|tools?|scripts?|hack|internal\/tools|node_modules|[_.][^/]*)(?:\/|$)/;

/** The programs of a module, in the order of their folders. */
export async function findMains(files: ProjectFiles, module: GoModule): Promise<Main[]> {
  const byFolder = Map.groupBy(
    files.paths.filter((path) => path.endsWith('.go') && !path.endsWith('_test.go')),
    (path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))),
  );
  const found: Main[] = [];
  for (const [folder, paths] of byFolder) {
    if (folder.split('/').length > 4 || ASIDE.test(folder)) continue;
    // A module inside is somebody else's.
    if (folder !== '' && files.has(`${folder}/go.mod`)) continue;
    if (await isMain(files, paths)) found.push({ folder, name: programName(`${module.path}/${folder}`) });
  }
  return found;
}

/** All files of a folder are one package, except those that are kept out of it. */
async function isMain(files: ProjectFiles, paths: readonly string[]): Promise<boolean> {
  for (const path of paths.slice(0, 20)) {
    const start = await files.readStart(path);
    // A long licence comes first in some.
    const text = /^\s*package\s+\w/m.test(start) ? start : ((await files.read(path)) ?? '');
    if (/^\/\/(?:go:build|\s*\+build)\s.*\bignore\b/m.test(text)) continue;
    return /^\s*package\s+main\b/m.test(text);
  }
  return false;
}
