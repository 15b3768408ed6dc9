import { z } from 'zod';
import { deploymentSummary } from './deployments.js';

/** Body of PUT /v1/apps/:app/split. */
export const newSplit = z
  .strictObject({
    /** Number of the release that gets the share; the live release gets the rest. */
    release: z.int().min(1),
    percent: z.int().min(1).max(99),
    /** Keep each visitor with the release of their first answer, by a cookie. */
    sticky: z.boolean().default(false),
  })
  .meta({ id: 'NewSplit' });
export type NewSplit = z.infer<typeof newSplit>;

/** How an app's visitors are shared out between releases; one entry while all get the same, none before the first release. */
export const splitView = z
  .object({
    shares: z.array(z.object({ release: z.int(), percent: z.int(), live: z.boolean() })),
    sticky: z.boolean(),
    /** Number of the deployment that is being given to the visitors step by step. */
    deployment: z.int().nullable(),
  })
  .meta({ id: 'Split' });
export type SplitView = z.infer<typeof splitView>;

/** The deployment that makes a release the live one; null where it was live already and only the split ended. */
export const promoted = z.object({ deployment: deploymentSummary.nullable() }).meta({ id: 'Promoted' });
export type Promoted = z.infer<typeof promoted>;
