import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '#libs/core/errors.js';
import { runGit } from './command.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UNFINISHED = '.new-';
const EMPTY = '.empty.git';

export function isId(id: string): boolean {
  return UUID.test(id);
}

/** Throws unless `id` is a uuid: the only thing that Berth ever joins to a path. */
export function assertId(id: string): void {
  if (!isId(id)) throw new BerthError('bad_id', 'This is not an id that Berth gave out.');
}

/** Where an app's repository is, whether it exists or not. Named by id: a name of a person's choosing is never a path. */
export function repositoryPath(home: string, appId: string): string {
  assertId(appId);
  return join(home, 'repositories', `${appId}.git`);
}

/** The app's repository; makes an empty one when there is none. Safe to repeat and to run twice at once. */
export function ensureRepository(home: string, appId: string): Promise<string> {
  return ensureBare(home, repositoryPath(home, appId));
}

/** A repository that is always empty: what an app that does not exist yet shows to its first push. */
export function ensureEmptyRepository(home: string): Promise<string> {
  return ensureBare(home, join(home, 'repositories', EMPTY));
}

/** Made beside and renamed, so that a half-made repository is never seen. */
async function ensureBare(home: string, path: string): Promise<string> {
  if (await exists(path)) return path;
  const beside = join(home, 'repositories', `${UNFINISHED}${randomUUID()}`);
  await mkdir(beside, { recursive: true, mode: 0o700 });
  await runGit(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', beside], {
    gitDir: beside,
  });
  try {
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { recursive: true, force: true });
    if (!(await exists(path))) throw cause;
  }
  return path;
}

/** Removes an app's repository. Renamed first, so that it is gone at once and a crash leaves only what a sweep takes. */
export async function removeRepository(home: string, appId: string): Promise<void> {
  const aside = join(home, 'repositories', `${UNFINISHED}${randomUUID()}`);
  try {
    await rename(repositoryPath(home, appId), aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  await rm(aside, { recursive: true, force: true });
}

/** Takes away what a killed process left half made. Only at start, before anything else makes repositories. */
export async function sweepRepositories(home: string): Promise<void> {
  const root = join(home, 'repositories');
  await mkdir(root, { recursive: true, mode: 0o700 });
  for (const name of await readdir(root)) {
    if (name.startsWith(UNFINISHED)) await rm(join(root, name), { recursive: true, force: true });
  }
}

/** Ids of the apps that have a repository. */
export async function repositoryIds(home: string): Promise<string[]> {
  const names = await readdir(join(home, 'repositories')).catch(() => []);
  return names
    .filter((name) => name.endsWith('.git'))
    .map((name) => name.slice(0, -4))
    .filter(isId);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
