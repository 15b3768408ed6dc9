import { z } from 'zod';

/**
 * Queues and what their jobs carry: ids only. A job says "look again"; what to do is read from Postgres.
 * `build`: one deployment to build. `look`: one app to reconcile, on every host that runs it.
 */
export const jobPayloads = {
  build: z.object({ deploymentId: z.string() }),
  look: z.object({ appId: z.string() }),
} as const;
export type QueueName = keyof typeof jobPayloads;
export type JobPayload<Q extends QueueName> = z.infer<(typeof jobPayloads)[Q]>;
