import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { engineUse, type EngineUse } from '#libs/images/engine-images.js';
import { readRegistry, type RegistryContents } from '#libs/images/registry-store.js';
import { appDiskFacts, oneOffImages, type AppDiskFacts } from '#libs/store/disk-facts.js';
import { pulledBefore } from '#libs/store/pulled-images.js';
import type { Parts } from '../pipeline.js';
import { readStacks } from '../stacks.js';

/** What a collection may need of the builder's parts. */
export type DiskParts = Pick<Parts, 'env' | 'db' | 'docker' | 'registry' | 'registryLock'>;

/** Everything that a collection looks at, read once. */
export interface Survey {
  disk: { totalBytes: number; freeBytes: number };
  apps: AppDiskFacts[];
  /** null where the registry's files are not on this host. */
  registry: RegistryContents | null;
  engine: EngineUse;
  /** References of the stack images in force. */
  stacks: Set<string>;
  /** Images that were pulled for one-offs, long ago, and of which no container is there. */
  pulled: { reference: string; usedAt: Date }[];
}

/** Where the internal registry keeps its data. */
export function registryRoot(home: string): string {
  return join(home, 'registry', 'data');
}

/**
 * Reads registry, Engine and rows. The registry before the rows: an image that comes meanwhile is not in the survey, and one that is there and
 * has no row then is young (plan.ts leaves young ones alone).
 */
export async function survey(parts: DiskParts, pulledUnusedSince: Date): Promise<Survey> {
  const { env, db, docker } = parts;
  const registry = await readRegistry(registryRoot(env.BERTH_HOME));
  const engine = await engineUse(docker);
  const stacks = await readStacks(env.BERTH_HOME).catch(() => ({}));
  const apps: AppDiskFacts[] = [];
  for await (const app of appDiskFacts(db)) apps.push(app);
  const needed = await oneOffImages(db);
  const pulled = (await pulledBefore(db, pulledUnusedSince)).filter(
    ({ reference }) => !needed.has(reference),
  );
  return {
    disk: await freeDisk(env.BERTH_HOME),
    apps,
    registry,
    engine,
    stacks: new Set(Object.values(stacks)),
    pulled,
  };
}

/** Size and free space of the file system that `path` lies on, in bytes. */
export async function freeDisk(path: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}
