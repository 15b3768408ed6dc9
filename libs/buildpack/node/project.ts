import { BerthError } from '#libs/core/errors.js';
import type { PlanContext } from '../language.js';
import { readProcfile, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { findFramework, type FoundFramework } from './frameworks.js';
import { planInstall, type Install } from './install.js';
import { readPackageJson, type PackageJson } from './package-json.js';
import { findPackageManager, type PackageManager } from './package-manager.js';
import { neededBy, readWorkspaces, type Workspace } from './workspaces.js';

/** All that a plan needs to know of an app's files. */
export interface NodeProject {
  /** The app's own folder. */
  files: ProjectFiles;
  manifest: PackageJson;
  procfile: Procfile | null;
  framework: FoundFramework | null;
  /**
   * The app's folder below the one in which packages are installed: empty unless it is one package of a repository with
   * several, whose lockfile lies at the top.
   */
  appFolder: string;
  manager: PackageManager;
  install: Install;
  workspaces: readonly Workspace[];
  /** Other packages of the repository that the app needs, in the order in which they are built. */
  needed: readonly Workspace[];
}

export async function readProject(files: ProjectFiles, { repository }: PlanContext): Promise<NodeProject> {
  const manifest = (await readPackageJson(files)) ?? {};
  const shared = repository.root === '' ? [] : await readWorkspaces(repository.files);
  const member = shared.find(({ folder }) => folder === repository.root);
  const top = member === undefined ? files : repository.files;
  if (member !== undefined) checkFolders([member, ...shared]);
  const workspaces = member === undefined ? await readWorkspaces(files) : shared;
  const topManifest = member === undefined ? manifest : ((await readPackageJson(top)) ?? {});
  const manager = await findPackageManager(top, topManifest);
  return {
    files,
    manifest,
    procfile: await readProcfile(files),
    framework: await findFramework(files, manifest),
    appFolder: member === undefined ? '' : repository.root,
    manager,
    install: planInstall(top, topManifest, manager, workspaces),
    workspaces,
    needed: member === undefined ? [] : neededBy(member, shared),
  };
}

/** Folders become working directories of the image. */
function checkFolders(workspaces: readonly Workspace[]): void {
  const odd = workspaces.find(({ folder }) => !/^[A-Za-z0-9._/-]+$/.test(folder));
  if (odd === undefined) return;
  throw new BerthError(
    'workspace_folder',
    `${odd.folder}/package.json: a package of a workspace is built in its own folder, whose name may have letters of ASCII, digits, dots, hyphens and underscores only. Rename the folder and push again.`,
    { details: { file: `${odd.folder}/package.json` } },
  );
}
