import { BerthError } from '#libs/core/errors.js';
import type { PlanContext } from './language.js';

/**
 * The image of a stack on this host. Throws BerthError `stack_missing` (`details.stack` is its name) when it was not made yet:
 * the builder then makes it and plans again.
 */
export function stackImage(context: Pick<PlanContext, 'stacks'>, stack: string): string {
  const image = context.stacks[stack];
  if (image !== undefined) return image;
  throw new BerthError(
    'stack_missing',
    `This host has no stack image "${stack}" yet. A deployment makes it; so does "node infra/berth.mjs stacks ${stack}".`,
    { details: { stack } },
  );
}

/** Name of the stack that a plan found missing; null for any other error. */
export function missingStack(error: unknown): string | null {
  if (!(error instanceof BerthError) || error.code !== 'stack_missing') return null;
  return typeof error.details['stack'] === 'string' ? error.details['stack'] : null;
}
