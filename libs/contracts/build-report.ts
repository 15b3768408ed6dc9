import { z } from 'zod';

/** One step of a build as its owner is told. */
export const buildStepReport = z
  .object({
    /** `npm ci`, `COPY server.js /app` */
    title: z.string(),
    cached: z.boolean(),
    ms: z.number(),
    /** When not cached: what changed, in a sentence. */
    whyNot: z.string().nullable(),
  })
  .meta({ id: 'BuildStep' });
export type BuildStepReport = z.infer<typeof buildStepReport>;

/** What one build might use. */
export const buildLimitsView = z
  .object({ memoryMb: z.number(), cpus: z.number(), pids: z.int(), diskMb: z.number(), seconds: z.number() })
  .meta({ id: 'BuildLimits' });

/** What its commands used, as the kernel counted it. */
export const buildUsageView = z
  .object({
    /** Highest use, file cache included. */
    peakMemoryMb: z.number(),
    cpuSeconds: z.number(),
    /** null where the kernel does not keep it. */
    peakPids: z.int().nullable(),
  })
  .meta({ id: 'BuildUsage' });

export type BuildLimitsView = z.infer<typeof buildLimitsView>;
export type BuildUsageView = z.infer<typeof buildUsageView>;
