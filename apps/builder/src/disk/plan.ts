import type { DiskItem, DiskReport } from '#libs/contracts/api/disk.js';
import { retention, type Verdict } from '#libs/core/retention.js';
import { unreferenced, type StoredManifest } from '#libs/images/registry-store.js';
import type { AppDiskFacts } from '#libs/store/disk-facts.js';
import { repositoryOf } from '../pipeline.js';
import { planEngine, type EngineItem } from './plan-engine.js';
import type { Survey } from './survey.js';
import { RegistryUsage } from './usage.js';

/** What came within the last hour may belong to something that is under way. */
export const YOUNG_MS = 3600_000;
/** Short of disk, builds under way still get so long. */
export const YOUNG_UNDER_PRESSURE_MS = 10 * 60_000;
/** A copy of a base image that no build asked for in so long goes; it is fetched again when one does. */
const BASE_UNUSED_MS = 30 * 24 * 3600_000;
/** BuildKit may keep so much when the disk is short. */
const CACHE_UNDER_PRESSURE_BYTES = 1024 ** 3;
/** Tags that builds give; any other tag is somebody's own. */
const BUILD_TAG = /^d\d+-\d+(?:-base)?$/;

export interface Rules {
  berthId: string;
  registryHost: string;
  /** The Engine belongs to this copy of Berth alone. */
  engineOwned: boolean;
  keepReleases: number;
  diskMb: number;
  /** The disk is short: caches go, and less counts as young. */
  pressure: boolean;
  now: Date;
}

/** An image that may go from the registry, with all releases that name it. */
export interface ImageToRemove {
  image: string;
  appId: string;
  releaseIds: string[];
  why: string;
}

/** A copy in the registry of what Berth has elsewhere, or can get again. */
export interface CopyToRemove {
  repository: string;
  digest: string;
  why: string;
}

/** What is to be removed, and what is to be said about it. */
export interface Plan {
  images: ImageToRemove[];
  copies: CopyToRemove[];
  engine: EngineItem[];
  /** Keep so many bytes of BuildKit's cache; null: leave it. */
  keepCacheBytes: number | null;
  /** Blobs older than this that nothing names are swept. */
  blobsBefore: Date;
  apps: DiskReport['apps'];
  items: DiskReport['remove'];
}

/** Decides, from a survey alone, what goes and why. Pure. */
export function planCollection(survey: Survey, rules: Rules): Plan {
  const young = rules.pressure ? YOUNG_UNDER_PRESSURE_MS : YOUNG_MS;
  const before = new Date(rules.now.getTime() - young);
  const contents = survey.registry ?? { repositories: [], manifests: [], blobs: new Map() };
  const usage = new RegistryUsage(contents);
  const plan: Plan = {
    images: [],
    copies: copiesOf(survey, before, new Date(rules.now.getTime() - BASE_UNUSED_MS)),
    engine: [],
    keepCacheBytes: rules.pressure && rules.engineOwned ? CACHE_UNDER_PRESSURE_BYTES : null,
    blobsBefore: before,
    apps: [],
    items: [],
  };
  const hot = new Set<string>();
  for (const app of survey.apps) {
    const verdicts = verdictsOf(app, rules, usage);
    plan.images.push(...imagesOf(app, verdicts, contents.manifests, before));
    if (!app.deleted) plan.apps.push(viewOf(app, verdicts, usage, rules));
    for (const image of hotImages(app, verdicts)) hot.add(image);
  }
  plan.images.push(...strayImages(survey, before));
  plan.engine = planEngine(survey, { ...rules, hot, before });
  plan.items = itemsOf(plan, survey, usage);
  return plan;
}

function verdictsOf(app: AppDiskFacts, rules: Rules, usage: RegistryUsage): Map<string, Verdict> {
  if (app.deleted)
    return new Map(
      app.releases.map(({ id, inUse }) => [
        id,
        inUse === null ? { kept: false, why: 'Its app was deleted.' } : { kept: true, why: inUse },
      ]),
    );
  const policy = {
    keep: app.keepReleases ?? rules.keepReleases,
    budgetBytes: (app.diskMb ?? rules.diskMb) * 1024 ** 2,
  };
  return retention(app.releases, policy, usage.adder());
}

/** Images of an app's repository that no kept release names; with a tag of somebody's own they stay while the app does. */
function imagesOf(
  app: AppDiskFacts,
  verdicts: Map<string, Verdict>,
  manifests: StoredManifest[],
  before: Date,
): ImageToRemove[] {
  const repository = repositoryOf(app.id);
  const byImage = Map.groupBy(app.releases, ({ image }) => image);
  const stored = manifests.filter((each) => each.repository === repository);
  const children = new Set(stored.flatMap(({ digest, blobs }) => blobs.filter((blob) => blob !== digest)));
  return stored.flatMap(({ digest, tags, storedAt }) => {
    const image = `${repository}@${digest}`;
    const releases = byImage.get(image) ?? [];
    if (releases.some(({ id }) => verdicts.get(id)?.kept)) return [];
    // A part of an index goes when the index has gone.
    if (children.has(digest) || storedAt > before || app.unfinished.length > 0) return [];
    if (!app.deleted && tags.some((tag) => !BUILD_TAG.test(tag))) return [];
    const why =
      verdicts.get(releases[0]?.id ?? '')?.why ??
      (app.deleted ? 'Its app was deleted.' : 'No release was made of it.');
    return [{ image, appId: app.id, releaseIds: releases.map(({ id }) => id), why }];
  });
}

/** Images of apps that Postgres does not know at all, or of which it knows no release any more. */
function strayImages({ apps, registry }: Survey, before: Date): ImageToRemove[] {
  const known = new Set(apps.map(({ id }) => repositoryOf(id)));
  const dayBefore = new Date(before.getTime() - 24 * 3600_000);
  return (registry?.manifests ?? []).flatMap(({ repository, digest, storedAt }) => {
    const [, appId] = /^apps\/([0-9a-f-]{36})$/.exec(repository) ?? [];
    if (appId === undefined || known.has(repository) || storedAt > dayBefore) return [];
    return [
      { image: `${repository}@${digest}`, appId, releaseIds: [], why: 'There is no such app (any more).' },
    ];
  });
}

/**
 * Old stack images, and copies of base images (`cache/…`) whose tag names another by now or that no build asked for since `unusedSince`: each that does
 * stores it again. Not at once: a build may be using one.
 */
function copiesOf({ registry, stacks }: Survey, before: Date, unusedSince: Date): CopyToRemove[] {
  const manifests = registry?.manifests ?? [];
  const youngest = new Map<string, Date>();
  for (const { repository, storedAt } of manifests)
    if (storedAt > (youngest.get(repository) ?? new Date(0))) youngest.set(repository, storedAt);
  return manifests.flatMap(({ repository, digest, tags, storedAt }) => {
    if ((youngest.get(repository) ?? before) > before) return [];
    const [, stack] = /^stacks\/(.+)$/.exec(repository) ?? [];
    const isOldStack =
      stack !== undefined &&
      stacks.size > 0 &&
      !tags.some((tag) => stacks.has(`berth/stack-${stack}:${tag}`));
    if (isOldStack) return [{ repository, digest, why: 'A newer stack image has taken its place.' }];
    const isBase = repository.startsWith('cache/') && !isPart(manifests, repository, digest);
    if (isBase && tags.length > 0 && storedAt < unusedSince)
      return [{ repository, digest, why: 'No build asked for this base image in 30 days.' }];
    const isOldBase = isBase && tags.length === 0;
    return isOldBase
      ? [{ repository, digest, why: 'A newer copy of this base image has taken its place.' }]
      : [];
  });
}

/** Does an index of the same repository name it? */
function isPart(manifests: readonly StoredManifest[], repository: string, digest: string): boolean {
  return manifests.some(
    (each) => each.repository === repository && each.digest !== digest && each.blobs.includes(digest),
  );
}

/** So many of an app's kept images stay on the Engine, besides those in use: going back to them takes no pull. */
const HOT = 3;

function hotImages(app: AppDiskFacts, verdicts: Map<string, Verdict>): string[] {
  const kept = app.releases.filter(({ id }) => verdicts.get(id)?.kept).sort((a, b) => b.number - a.number);
  const newest = new Set([...new Set(kept.map(({ image }) => image))].slice(0, HOT));
  return kept.filter(({ image, inUse }) => inUse !== null || newest.has(image)).map(({ image }) => image);
}

function viewOf(
  app: AppDiskFacts,
  verdicts: Map<string, Verdict>,
  usage: RegistryUsage,
  rules: Rules,
): DiskReport['apps'][number] {
  return {
    appId: app.id,
    teamId: app.teamId,
    app: app.name,
    settings: { keepReleases: app.keepReleases, diskMb: app.diskMb },
    keepReleases: app.keepReleases ?? rules.keepReleases,
    budgetBytes: (app.diskMb ?? rules.diskMb) * 1024 ** 2,
    ...usage.ofRepository(repositoryOf(app.id)),
    volumeBytes: app.volumeBytes,
    releases: [...app.releases]
      .sort((a, b) => b.number - a.number)
      .map(({ id, number, image }) => ({
        number,
        image,
        live: id === app.liveReleaseId,
        bytes: usage.bytes(image),
        ownBytes: usage.freedBy(new Set([image])),
        kept: verdicts.get(id)?.kept ?? true,
        why: verdicts.get(id)?.why ?? '',
      })),
  };
}

function itemsOf(plan: Plan, survey: Survey, usage: RegistryUsage): DiskReport['remove'] {
  const names = new Map(survey.apps.map(({ id, name }) => [id, name]));
  const numbers = new Map(
    survey.apps.flatMap(({ releases }) => releases.map(({ id, number }) => [id, number] as const)),
  );
  const items: (DiskItem & { appId: string | null })[] = plan.images.map(
    ({ image, appId, releaseIds, why }) => {
      const releases = releaseIds.map((id) => numbers.get(id)).filter((number) => number !== undefined);
      return {
        kind: 'registry-image',
        name: releases.length === 0 ? image : `v${releases.sort((a, b) => a - b).join(', v')}: ${image}`,
        app: names.get(appId) ?? null,
        appId,
        bytes: usage.freedBy(new Set([image])),
        why,
      };
    },
  );
  items.push(
    ...plan.copies.map(({ repository, digest, why }) => ({
      ...{ kind: 'registry-image' as const, name: `${repository}@${digest}`, app: null, appId: null },
      ...{ bytes: usage.freedBy(new Set([`${repository}@${digest}`])), why },
    })),
    ...plan.engine.map(({ kind, names: own, appId, bytes, why }) => ({
      kind,
      name: own.join(', '),
      app: (appId !== null && names.get(appId)) || null,
      appId,
      bytes,
      why,
    })),
  );
  if (survey.registry !== null) items.push(...blobItem(survey.registry, plan));
  const cache = survey.engine.buildCache;
  if (plan.keepCacheBytes !== null && cache !== null && cache.bytes > plan.keepCacheBytes)
    items.push({
      kind: 'build-cache',
      name: 'BuildKit’s cache',
      app: null,
      appId: null,
      bytes: cache.bytes - plan.keepCacheBytes,
      why: 'The disk is short; the next builds fetch and make these layers anew.',
    });
  return items;
}

/** Blobs that nothing names already; those of the images above come on top once these are gone. */
function blobItem(registry: NonNullable<Survey['registry']>, { blobsBefore }: Plan): DiskReport['remove'] {
  const old = unreferenced(registry)
    .map((digest) => registry.blobs.get(digest))
    .filter((blob) => blob !== undefined && blob.storedAt <= blobsBefore);
  if (old.length === 0) return [];
  return [
    {
      kind: 'registry-blobs',
      name: `${old.length} blobs of the registry`,
      app: null,
      appId: null,
      bytes: old.reduce((sum, blob) => sum + (blob?.bytes ?? 0), 0),
      why: 'No image names them.',
    },
  ];
}
