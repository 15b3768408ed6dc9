import { z } from 'zod';
import type { ErrorCode } from '#libs/core/error-codes.js';

/** Why a deployment failed, for its owner: the failing step, what to do, and the last lines that were printed. */
export const deploymentError = z.object({
  /** Stable, for programs (libs/core/error-codes.ts): build_failed, start_timeout, wrong_port, … */
  code: z.string(),
  /** Name of the step (libs/core/steps.ts). */
  step: z.string(),
  message: z.string(),
  /** What to try next. */
  hint: z.string().nullable(),
  lines: z.array(z.string()).max(50),
});
export type DeploymentError = z.infer<typeof deploymentError>;
/** As it is written now; what an older version of Berth wrote may have a code that is no more. */
export type DeploymentFailure = DeploymentError & { code: ErrorCode };
