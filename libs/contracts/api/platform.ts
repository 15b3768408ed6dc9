import { z } from 'zod';
import { deploymentWait } from '../deployment-wait.js';
import { instant } from './common.js';

const queuedBuild = z
  .object({
    team: z.string(),
    app: z.string(),
    deployment: z.int(),
    createdAt: instant,
    startedAt: instant.nullable(),
    /** Place and reason, as a builder last saw it. */
    wait: deploymentWait.nullable(),
  })
  .meta({ id: 'QueuedBuild' });

/** GET /v1/platform, for administrators. */
export const platformView = z
  .object({
    version: z.string(),
    node: z.string(),
    startedAt: instant,
    parts: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        version: z.string().nullable(),
        detail: z.string().nullable(),
      }),
    ),
    hosts: z.array(
      z.object({
        name: z.string(),
        lastSeenAt: instant.nullable(),
        /** Seen within the last 30 s? */
        ok: z.boolean(),
        engine: z
          .object({
            name: z.string(),
            version: z.string(),
            apiVersion: z.string(),
            kernel: z.string(),
            operatingSystem: z.string(),
            cpus: z.number(),
            memoryBytes: z.number(),
            storageDriver: z.string(),
            /** How sleeping containers are frozen; absent from a host that has not said. */
            freezer: z.string().optional(),
          })
          .nullable(),
        /** Instances by status, stopped ones left out. */
        instances: z.record(z.string(), z.int()),
        networks: z.int(),
      }),
    ),
    queue: z.object({
      /** Accepted deployments that wait for a builder, and those being built. */
      queued: z.int(),
      building: z.int(),
      starting: z.int(),
      /** Jobs not handed to the queue yet. */
      outbox: z.int(),
      oldestQueuedAt: instant.nullable(),
      /** Which are built, and which wait in what place; at most 500 of each. */
      builds: z.object({ building: z.array(queuedBuild), waiting: z.array(queuedBuild) }),
    }),
    counts: z.object({ teams: z.int(), users: z.int(), apps: z.int(), liveApps: z.int() }),
    /** Containers made ahead that wait for a new function, on this host; null while its runtime does not answer. */
    warm: z.int().nullable(),
    streams: z.int(),
  })
  .meta({ id: 'Platform' });
export type PlatformView = z.infer<typeof platformView>;
