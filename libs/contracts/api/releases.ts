import { z } from 'zod';
import { id, instant, pageOf } from './common.js';

export const releaseView = z
  .object({
    id,
    number: z.int(),
    description: z.string(),
    live: z.boolean(),
    /** Lasting URL of this very release. */
    url: z.string(),
    image: z.string(),
    build: id.nullable(),
    /** Names of the config variables that it carries; values stay sealed. */
    configKeys: z.array(z.string()),
    processes: z.record(z.string(), z.array(z.string())),
    port: z.int(),
    healthPath: z.string().nullable(),
    limits: z.object({ memoryMb: z.int(), cpus: z.number(), pids: z.int() }),
    startTimeoutSeconds: z.int(),
    graceSeconds: z.int(),
    createdBy: z.string().nullable(),
    createdAt: instant,
    /** Its image was removed then, to save disk: it cannot be gone back to. */
    collectedAt: instant.nullable(),
  })
  .meta({ id: 'Release' });
export type ReleaseView = z.infer<typeof releaseView>;

export const releasePage = pageOf(releaseView).meta({ id: 'ReleasePage' });
