import { matchesGlob } from 'node:path';
import { BerthError } from '#libs/core/errors.js';
import type { ProjectFiles } from '../project-files.js';
import { dependencyNames, readPackageJson, type PackageJson } from './package-json.js';

/** One package of a repository that holds several. */
export interface Workspace {
  /** Folder, from the repository's root. */
  folder: string;
  name: string;
  manifest: PackageJson;
}

/** No repository that is built here has more packages; each is a file to read. */
const MAX_WORKSPACES = 200;

/** The packages that a repository's root names as its workspaces, by folder. Empty where it names none. */
export async function readWorkspaces(files: ProjectFiles): Promise<Workspace[]> {
  const patterns = await patternsOf(files);
  if (patterns.length === 0) return [];
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const folders = files.paths
    .filter((path) => path.endsWith('/package.json') && !path.includes('node_modules/'))
    .map((path) => path.slice(0, -'/package.json'.length))
    .filter((folder) => wanted.some((pattern) => matches(folder, pattern)))
    .filter((folder) => !unwanted.some((pattern) => matches(folder, pattern)))
    .slice(0, MAX_WORKSPACES);
  const workspaces: Workspace[] = [];
  // One after the other: a source is read file by file.
  for (const folder of folders) {
    const manifest = (await readPackageJson(files, `${folder}/package.json`)) ?? {};
    workspaces.push({ folder, name: manifest.name ?? folder, manifest });
  }
  return workspaces;
}

function matches(folder: string, pattern: string): boolean {
  return matchesGlob(folder, pattern.replace(/^\.\//, '').replace(/\/+$/, ''));
}

async function patternsOf(files: ProjectFiles): Promise<string[]> {
  const manifest = await readPackageJson(files);
  const { workspaces } = manifest ?? {};
  if (workspaces !== undefined) return Array.isArray(workspaces) ? workspaces : (workspaces.packages ?? []);
  return pnpmPatterns((await files.read('pnpm-workspace.yaml')) ?? '');
}

/** The list `packages:` of pnpm-workspace.yaml, in either of the two forms in which YAML writes a list of texts. */
export function pnpmPatterns(yaml: string): string[] {
  const block = /^packages:[ \t]*(?:#.*)?\r?\n((?:[ \t]*(?:-.*|#.*)?\r?\n?)*)/m.exec(yaml)?.[1];
  const inline = /^packages:[ \t]*\[([^\]]*)\]/m.exec(yaml)?.[1];
  const items =
    inline?.split(',') ??
    [...(block ?? '').matchAll(/^[ \t]*-[ \t]+(.*)$/gm)].map(([, item]) => item as string);
  return items
    .map((item) => item.trim())
    .map((item) => /^'([^']*)'|^"([^"]*)"/.exec(item)?.slice(1).find(Boolean) ?? item.replace(/\s+#.*$/, ''))
    .filter((item) => item !== '');
}

/**
 * The packages of the repository that `app` needs, each after those that it needs itself; `app` is not among them. Throws
 * BerthError `workspace_cycle` when two of them need each other: neither can be built first.
 */
export function neededBy(app: Workspace, all: readonly Workspace[]): Workspace[] {
  const byName = new Map(all.map((workspace) => [workspace.name, workspace]));
  const ordered: Workspace[] = [];
  const visit = (workspace: Workspace, above: Workspace[]) => {
    if (above.includes(workspace)) throw cycle([...above.slice(above.indexOf(workspace)), workspace]);
    if (ordered.includes(workspace)) return;
    for (const name of dependencyNames(workspace.manifest)) {
      const needed = byName.get(name);
      if (needed !== undefined && needed !== workspace) visit(needed, [...above, workspace]);
    }
    ordered.push(workspace);
  };
  visit(app, []);
  return ordered.slice(0, -1);
}

function cycle(round: Workspace[]): BerthError {
  const files = round.map(({ folder }) => `${folder}/package.json`);
  return new BerthError(
    'workspace_cycle',
    `The packages of this repository need each other in a circle (${files.join(' → ')}), so none can be built first. ` +
      `Take the dependency on "${round.at(-1)?.name}" out of ${files.at(-2)}, or move what both need into a package of its own.`,
    { details: { files: files.slice(0, -1) } },
  );
}
