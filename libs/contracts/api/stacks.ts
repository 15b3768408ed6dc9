import { z } from 'zod';
import { instant } from './common.js';
import { deploymentSummary } from './deployments.js';

/** The images that languages are built and run on, and who stands on older ones. */
export const stackList = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        /** The one in force; null: the next build that needs it makes it. */
        image: z.string().nullable(),
        /** How old it is; null where there is none. */
        madeAt: instant.nullable(),
        /** How many apps' live release stands on it. */
        current: z.int(),
        /** Apps whose live release was built before this one was made. */
        behind: z.array(z.object({ team: z.string(), app: z.string(), release: z.int() })),
      }),
    ),
  })
  .meta({ id: 'StackList' });
export type StackList = z.infer<typeof stackList>;

/** Answer of POST /v1/platform/stacks/rebuild. */
export const rebuiltApps = z
  .object({
    accepted: z.array(z.object({ team: z.string(), deployment: deploymentSummary })),
    /** Apps that stay where they are, and why. */
    refused: z.array(z.object({ team: z.string(), app: z.string(), reason: z.string() })),
  })
  .meta({ id: 'RebuiltApps' });
export type RebuiltApps = z.infer<typeof rebuiltApps>;
