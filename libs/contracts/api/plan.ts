import { z } from 'zod';
import { buildPlan } from '../build-plan.js';

/** What Berth would do with a source: what it found, what it chose, and what to write to choose otherwise. Nothing is built. */
export const planView = z
  .object({
    plan: buildPlan,
    /** Files of the source. */
    files: z.int(),
    /** Stack images that it starts from; one that this host does not have is made by the first deployment that needs it. */
    stacks: z.array(z.object({ name: z.string(), image: z.string().nullable() })),
    /** Folders that one build of the app leaves for the next one. */
    caches: z.array(z.string()),
  })
  .meta({ id: 'Plan' });
export type PlanView = z.infer<typeof planView>;
