import { z } from 'zod';

/** Why a deployment failed, for its owner: the failing step, what to do, and the last lines that were printed. */
export const deploymentError = z.object({
  /** Stable, for programs: build_failed, start_timeout, wrong_port, loopback_only, exited, out_of_memory, … */
  code: z.string(),
  /** Name of the step (libs/core/steps.ts). */
  step: z.string(),
  message: z.string(),
  /** What to try next. */
  hint: z.string().nullable(),
  lines: z.array(z.string()).max(50),
});
export type DeploymentError = z.infer<typeof deploymentError>;
