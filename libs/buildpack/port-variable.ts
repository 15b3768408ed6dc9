import type { PlanChoice } from '#libs/contracts/build-plan.js';

/** What people are told of the port: `who` is told it. */
export function portVariable(who: 'app' | 'server'): PlanChoice {
  return {
    what: 'Port',
    value: '$PORT',
    why: `Berth tells the ${who} in PORT where to listen.`,
    change: null,
  };
}
