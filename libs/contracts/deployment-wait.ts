import { z } from 'zod';

/** Why the next build in line is not begun. `slots`: as many run as may; `quota`: as many of its team. */
const holdReasons = ['slots', 'memory', 'load', 'disk', 'quota'] as const;

/** What a queued deployment waits for. */
export const deploymentWait = z
  .object({
    /** 1: it is built next. */
    position: z.int(),
    /** How many wait in all. */
    of: z.int(),
    reason: z.enum(holdReasons),
    /** A sentence for its owner. */
    message: z.string(),
  })
  .meta({ id: 'DeploymentWait' });
export type DeploymentWait = z.infer<typeof deploymentWait>;
