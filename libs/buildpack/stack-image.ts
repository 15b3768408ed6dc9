import { BerthError } from '#libs/core/errors.js';
import type { PlanContext } from './language.js';

/** The image of a stack on this host. Throws BerthError `stack_missing` when it was not made yet. */
export function stackImage(context: PlanContext, stack: string): string {
  const image = context.stacks[stack];
  if (image !== undefined) return image;
  throw new BerthError(
    'stack_missing',
    `This host has no stack image "${stack}" yet. Run "npm start" to make it, then try the deployment again.`,
  );
}
