import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskReport } from '#libs/contracts/api/disk.js';
import { pruneBuildCache } from '#libs/images/engine-images.js';
import { isAppRepository, removeRepository, sweepBlobs } from '#libs/images/registry-store.js';
import { removeImage } from '#libs/images/tag-image.js';
import { markedImages, markImage, noteRemoved } from '#libs/store/image-removals.js';
import { forgetPulled } from '#libs/store/pulled-images.js';
import { repositoryOf } from '../pipeline.js';
import { COMMITS } from '../take-instance.js';
import type { EngineItem } from './plan-engine.js';
import { planCollection, YOUNG_UNDER_PRESSURE_MS, type Plan, type Rules } from './plan.js';
import { reportOn } from './report.js';
import { freeDisk, registryRoot, survey, type DiskParts, type Survey } from './survey.js';

/** An image of a one-off goes when nobody used it for so long. */
const PULLED_UNUSED_MS = 7 * 24 * 3600_000;

export interface CollectOptions {
  dryRun: boolean;
  /** The disk is short. */
  pressure: boolean;
  /** Measure folders too: somebody wants to read it. */
  measure: boolean;
  /** Aborts when the collection is another's by now, or the process ends. */
  signal: AbortSignal;
  now?: Date;
}

/**
 * One collection: survey, plan, mark, remove, sweep, report. It may be killed anywhere: what is marked in Postgres and not known to be removed is
 * finished by the next, and everything else is decided anew from what is there.
 */
export async function collect(parts: DiskParts, options: CollectOptions): Promise<DiskReport> {
  const now = options.now ?? new Date();
  const unusedMs = options.pressure ? YOUNG_UNDER_PRESSURE_MS : PULLED_UNUSED_MS;
  const pulledBefore = new Date(now.getTime() - unusedMs);
  if (!options.dryRun) await finishMarked(parts, options.signal);
  const found = await survey(parts, pulledBefore);
  const plan = planCollection(found, rulesOf(parts, options.pressure, now));
  options.signal.throwIfAborted();
  if (!options.dryRun) {
    const marked = await mark(parts, plan, options.signal);
    plan.items = plan.items.filter(
      (item) => item.kind !== 'registry-image' || item.appId === null || marked.has(imageIn(item.name)),
    );
    await finishMarked(parts, options.signal);
    await dropOldLayers(parts.env.BERTH_HOME, plan.blobsBefore);
    await clearEngine(parts, plan, pulledBefore, options.signal);
    await clearRegistry(parts, found, plan, options.signal);
    if (plan.keepCacheBytes !== null)
      await pruneBuildCache(parts.docker, plan.keepCacheBytes, options.signal);
  }
  const after = await freeDisk(parts.env.BERTH_HOME);
  return reportOn(parts, found, plan, {
    measure: options.measure,
    freedBytes: options.dryRun ? 0 : Math.max(0, after.freeBytes - found.disk.freeBytes),
    now,
  });
}

function rulesOf({ env }: DiskParts, pressure: boolean, now: Date): Rules {
  return {
    berthId: env.BERTH_ID,
    registryHost: env.BERTH_REGISTRY,
    engineOwned: env.BERTH_ENGINE_OWNED,
    keepReleases: env.BERTH_KEEP_RELEASES,
    diskMb: env.BERTH_APP_DISK_MB,
    pressure,
    now,
  };
}

/** Marks in Postgres what is to go; what is needed after all is left. Returns the images that are marked. */
async function mark({ db }: DiskParts, plan: Plan, signal: AbortSignal): Promise<Set<string>> {
  const marked = new Set<string>();
  for (const { image, appId, releaseIds, why } of plan.images) {
    signal.throwIfAborted();
    if (await markImage(db, { image, appId, releaseIds, reason: why })) marked.add(image);
  }
  return marked;
}

/** Takes marked images out of the registry; their blobs are swept by themselves. Repeating it is harmless. */
async function finishMarked({ db, registry }: DiskParts, signal: AbortSignal): Promise<void> {
  for (const { image } of await markedImages(db)) {
    signal.throwIfAborted();
    const [repository = '', digest = ''] = image.split('@');
    await registry.deleteManifest(repository, digest);
    await noteRemoved(db, image);
  }
}

/** Takes names away from images of the Engine; it keeps what a container uses. */
async function clearEngine(
  { db, docker }: DiskParts,
  plan: Plan,
  pulledBefore: Date,
  signal: AbortSignal,
): Promise<void> {
  for (const item of plan.engine) {
    signal.throwIfAborted();
    if (item.kind === 'pulled-image' && !(await forgetPulled(db, item.names[0] ?? '', pulledBefore)))
      continue;
    for (const name of namesOf(item)) await removeImage(docker, name);
  }
}

/** Layers of commits whose builder was killed. */
async function dropOldLayers(home: string, before: Date): Promise<void> {
  const folder = join(home, COMMITS);
  for (const name of await readdir(folder).catch(() => [])) {
    const facts = await stat(join(folder, name)).catch(() => null);
    if (facts !== null && facts.mtime < before) await rm(join(folder, name), { force: true });
  }
}

function namesOf({ names, id }: EngineItem): string[] {
  return names.length === 0 ? [id] : names;
}

/** Copies that others have taken the place of, the folders of apps that are gone, and blobs that nothing names: while nobody pushes. */
async function clearRegistry(
  parts: DiskParts,
  found: Survey,
  plan: Plan,
  signal: AbortSignal,
): Promise<void> {
  if (found.registry === null) return;
  const { registryLock, registry, env } = parts;
  const root = registryRoot(env.BERTH_HOME);
  for (const { repository, digest } of plan.copies) await registry.deleteManifest(repository, digest);
  const empty = emptyRepositories(found);
  // Reading all of it once more, alone, is only worth it for what the survey found.
  if (empty.length === 0 && !plan.items.some(({ kind }) => kind.startsWith('registry-'))) return;
  await registryLock.tryAlone(async (held) => {
    const goOn = (): boolean => held() && !signal.aborted;
    for (const repository of empty) if (goOn()) await removeRepository(root, repository);
    await sweepBlobs(root, { olderThan: plan.blobsBefore, goOn });
  });
}

/** Repositories without an image, whose app is gone. They were read before the apps: a new app's is not among them. */
function emptyRepositories({ registry, apps }: Survey): string[] {
  const living = new Set(apps.filter(({ deleted }) => !deleted).map(({ id }) => repositoryOf(id)));
  const filled = new Set(registry?.manifests.map(({ repository }) => repository));
  return (registry?.repositories ?? []).filter(
    (name) => isAppRepository(name) && !living.has(name) && !filled.has(name),
  );
}

function imageIn(name: string): string {
  return name.slice(name.lastIndexOf(' ') + 1);
}
