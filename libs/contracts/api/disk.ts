import { z } from 'zod';
import { id, instant } from './common.js';

/** Bytes. */
const bytes = z.number().min(0);

export const diskRelease = z.object({
  number: z.int(),
  image: z.string(),
  live: z.boolean(),
  /** All layers of its image, compressed, as the registry keeps them. */
  bytes,
  /** What goes when it goes: layers that no other image of the platform has. */
  ownBytes: bytes,
  kept: z.boolean(),
  /** Why it is kept, or is to go, in a sentence. */
  why: z.string(),
});

/** What one app takes, and by what rule its images are kept. */
export const diskApp = z
  .object({
    app: z.string(),
    /** Null: the platform's number holds. */
    settings: z.object({ keepReleases: z.int().nullable(), diskMb: z.int().nullable() }),
    keepReleases: z.int(),
    budgetBytes: bytes,
    /** Layers that only this app's images have, each counted once. */
    ownBytes: bytes,
    /** Layers that other apps or stacks have as well: they would stay. */
    sharedBytes: bytes,
    /** What is in its volumes, as last measured. No collection touches it. */
    volumeBytes: bytes.default(0),
    /** Releases whose image is there, newest first. */
    releases: z.array(diskRelease),
  })
  .meta({ id: 'DiskApp' });
export type DiskApp = z.infer<typeof diskApp>;

export const diskKinds = [
  'registry-image',
  'registry-blobs',
  'engine-image',
  'stack-image',
  'pulled-image',
  'build-cache',
] as const;

/** Something that is to go (or, in a collection that was carried out, went). */
export const diskItem = z.object({
  kind: z.enum(diskKinds),
  name: z.string(),
  /** The app that it belongs to; null: the platform. */
  app: z.string().nullable(),
  /** What its removal frees; layers that others share stay and do not count. Null: the Engine does not say. */
  bytes: bytes.nullable(),
  why: z.string(),
});
export type DiskItem = z.infer<typeof diskItem>;

/** Who takes how much of the disk. Layers that several share are counted once. */
export const diskArea = z.object({
  area: z.enum([
    ...(['registry', 'engine-layers', 'build-cache', 'volumes'] as const),
    ...(['sources', 'logs', 'database', 'queue'] as const),
  ]),
  bytes,
  note: z.string(),
});

/** What a collection found and did, as its row keeps it: apps by their ids. */
export const diskReport = z.object({
  at: instant,
  disk: z.object({ totalBytes: bytes, freeBytes: bytes, minFreeBytes: bytes }),
  areas: z.array(diskArea),
  apps: z.array(diskApp.extend({ appId: id, teamId: id })),
  remove: z.array(diskItem.extend({ appId: id.nullable() })),
  /** Free bytes gained; 0 after a dry run. */
  freedBytes: bytes,
  notes: z.array(z.string()),
});
export type DiskReport = z.infer<typeof diskReport>;

/** GET /v1/teams/:team/disk */
export const teamDisk = z
  .object({ at: instant, apps: z.array(diskApp), remove: z.array(diskItem), notes: z.array(z.string()) })
  .meta({ id: 'TeamDisk' });
export type TeamDisk = z.infer<typeof teamDisk>;

/** GET /v1/apps/:app/disk */
export const appDisk = z
  .object({ at: instant, app: diskApp.nullable(), remove: z.array(diskItem) })
  .meta({ id: 'AppDisk' });
export type AppDisk = z.infer<typeof appDisk>;

export const collectionStatuses = ['wanted', 'running', 'done', 'failed'] as const;

/** One look at the disk. `remove` is what would go in a dry run, and what went otherwise. */
export const collectionView = z
  .object({
    id,
    trigger: z.string(),
    dryRun: z.boolean(),
    status: z.enum(collectionStatuses),
    error: z.string().nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
    /** Null until it is done. */
    report: diskReport
      .omit({ apps: true, remove: true })
      .extend({ apps: z.array(diskApp.extend({ team: z.string() })), remove: z.array(diskItem) })
      .nullable(),
  })
  .meta({ id: 'DiskCollection' });
export type CollectionView = z.infer<typeof collectionView>;

/** Body of POST /v1/platform/disk/collections. */
export const newCollection = z
  .strictObject({ dryRun: z.boolean().default(false) })
  .meta({ id: 'NewDiskCollection' });
export type NewCollection = z.infer<typeof newCollection>;
