import type { Dirent } from 'node:fs';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The internal registry's own files, in the layout of distribution 2 (`registry/storage/paths.go`): what it holds can only be
 * counted, and blobs can only be removed, there. Its API unlinks manifests and blobs but keeps their data.
 */
export interface StoredManifest {
  /** `apps/<appId>`, `stacks/<name>`, … */
  repository: string;
  digest: string;
  tags: string[];
  storedAt: Date;
  /** The manifest itself and everything that it names. */
  blobs: string[];
}

export interface RegistryContents {
  repositories: string[];
  manifests: StoredManifest[];
  /** Bytes of each blob that is there. */
  blobs: Map<string, { bytes: number; storedAt: Date }>;
}

/** Where distribution keeps its files below the directory that it was given. */
const LAYOUT = join('docker', 'registry', 'v2');
const HEX = /^[0-9a-f]{64}$/;
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

const descriptor = z.object({ digest: z.string() });
const manifestDocument = z.union([
  z.object({ config: descriptor, layers: z.array(descriptor) }),
  z.object({ manifests: z.array(descriptor) }),
  // Schema 1, which nothing makes any more.
  z.object({ fsLayers: z.array(z.object({ blobSum: z.string() })) }),
]);

/**
 * Reads what the registry below `root` holds; null when no registry was ever there. Throws when a manifest cannot be read: what is
 * not understood must not be swept.
 */
export async function readRegistry(root: string): Promise<RegistryContents | null> {
  const base = join(root, LAYOUT);
  const blobs = new Map<string, { bytes: number; storedAt: Date }>();
  const algorithm = join(base, 'blobs', 'sha256');
  if ((await folders(join(base, 'repositories'))) === null) return null;
  for (const prefix of (await folders(algorithm)) ?? []) {
    for (const hex of (await folders(join(algorithm, prefix))) ?? []) {
      const facts = await stat(join(algorithm, prefix, hex, 'data')).catch(absent);
      if (facts) blobs.set(`sha256:${hex}`, { bytes: facts.size, storedAt: facts.mtime });
    }
  }
  const manifests: StoredManifest[] = [];
  const repositories = await repositoriesOf(base);
  for (const repository of repositories) manifests.push(...(await manifestsOf(base, repository)));
  return { repositories, manifests, blobs };
}

/** Blobs that no manifest names, directly or through an index. */
export function unreferenced({ manifests, blobs }: RegistryContents): string[] {
  const named = new Set(manifests.flatMap((manifest) => manifest.blobs));
  return [...blobs.keys()].filter((digest) => !named.has(digest));
}

/**
 * Removes blobs that nothing names and that are older than `olderThan`: a push that is under way may be about to name younger ones.
 * Nobody may push meanwhile. `goOn` is asked before each removal. Being killed leaves nothing half done: a blob is one file.
 */
export async function sweepBlobs(
  root: string,
  options: { olderThan: Date; goOn: () => boolean },
): Promise<{ removed: number; bytes: number }> {
  const contents = await readRegistry(root);
  const swept = { removed: 0, bytes: 0 };
  if (contents === null) return swept;
  const gone = new Set<string>();
  for (const digest of unreferenced(contents)) {
    const blob = contents.blobs.get(digest);
    if (blob === undefined || blob.storedAt > options.olderThan) continue;
    if (!options.goOn()) break;
    await rm(blobFolder(join(root, LAYOUT), digest), { recursive: true, force: true });
    gone.add(digest);
    swept.removed += 1;
    swept.bytes += blob.bytes;
  }
  if (gone.size > 0) await unlink(join(root, LAYOUT), gone);
  return swept;
}

/** Is this the repository of an app, by its name? */
export function isAppRepository(repository: string): boolean {
  return /^apps\/[0-9a-f-]{36}$/.test(repository);
}

/** Takes a repository's folder away. Only for one that holds no manifest any more; blobs are swept by themselves. */
export async function removeRepository(root: string, repository: string): Promise<void> {
  if (!isAppRepository(repository)) throw new Error(`${repository} is no app's repository.`);
  await rm(join(root, LAYOUT, 'repositories', repository), { recursive: true, force: true });
}

/** Repositories say which blobs they may give out: those that are gone are taken off their lists. */
async function unlink(base: string, gone: ReadonlySet<string>): Promise<void> {
  for (const repository of await repositoriesOf(base)) {
    const layers = join(base, 'repositories', repository, '_layers', 'sha256');
    for (const hex of (await folders(layers)) ?? [])
      if (gone.has(`sha256:${hex}`)) await rm(join(layers, hex), { recursive: true, force: true });
  }
}

/** A repository is a folder with `_manifests`; its name is its path. */
async function repositoriesOf(base: string, name = ''): Promise<string[]> {
  const inside = (await folders(join(base, 'repositories', name))) ?? [];
  const found = inside.includes('_manifests') || inside.includes('_layers') ? [name] : [];
  for (const folder of inside)
    if (!folder.startsWith('_'))
      found.push(...(await repositoriesOf(base, name ? `${name}/${folder}` : folder)));
  return found;
}

async function manifestsOf(base: string, repository: string): Promise<StoredManifest[]> {
  const folder = join(base, 'repositories', repository, '_manifests');
  const tags = new Map<string, string[]>();
  for (const tag of (await folders(join(folder, 'tags'))) ?? []) {
    const digest = await readFile(join(folder, 'tags', tag, 'current', 'link'), 'utf8').catch(absent);
    if (digest) tags.set(digest.trim(), [...(tags.get(digest.trim()) ?? []), tag]);
  }
  const manifests: StoredManifest[] = [];
  for (const hex of (await folders(join(folder, 'revisions', 'sha256'))) ?? []) {
    const link = await stat(join(folder, 'revisions', 'sha256', hex, 'link')).catch(absent);
    // Without its link a revision was deleted.
    if (!link) continue;
    const digest = `sha256:${hex}`;
    const blobs = [digest, ...(await namedBy(base, digest))];
    manifests.push({ repository, digest, tags: tags.get(digest) ?? [], storedAt: link.mtime, blobs });
  }
  return manifests;
}

/** What a manifest names. The manifests of an index have revisions of their own, and name their blobs there. */
async function namedBy(base: string, digest: string): Promise<string[]> {
  const file = join(blobFolder(base, digest), 'data');
  const facts = await stat(file).catch(absent);
  // A link to nothing names nothing.
  if (!facts) return [];
  if (facts.size > MAX_MANIFEST_BYTES) throw new Error(`The manifest ${digest} is too long.`);
  const parsed = manifestDocument.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`The manifest ${digest} is of no kind that is known here.`);
  const document = parsed.data;
  if ('layers' in document) return [document.config.digest, ...document.layers.map(({ digest }) => digest)];
  if ('manifests' in document) return document.manifests.map(({ digest }) => digest);
  return document.fsLayers.map(({ blobSum }) => blobSum);
}

function blobFolder(base: string, digest: string): string {
  const hex = digest.replace(/^sha256:/, '');
  if (!HEX.test(hex)) throw new Error(`${digest} is not a digest.`);
  return join(base, 'blobs', 'sha256', hex.slice(0, 2), hex);
}

/** Names of the folders in a folder; null when it is not there. */
async function folders(path: string): Promise<string[] | null> {
  const entries = await readdir(path, { withFileTypes: true }).catch(absent);
  return entries === null
    ? null
    : entries.filter((entry: Dirent) => entry.isDirectory()).map(({ name }) => name);
}

function absent(error: unknown): null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw error;
}
