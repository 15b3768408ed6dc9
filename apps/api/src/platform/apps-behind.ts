import { stacksBehind } from '#libs/buildpack/stacks-behind.js';
import { buildPlan } from '#libs/contracts/build-plan.js';
import type { Db } from '#libs/store/db.js';
import { livePlans, type LivePlan } from '#libs/store/live-plans.js';

type AppBehind = Omit<LivePlan, 'plan'> & { stacks: string[] };

/** Apps whose live image stands on a stack image that another has taken the place of, with the names of those stacks. */
export async function appsBehind(db: Db, inForce: Readonly<Record<string, string>>): Promise<AppBehind[]> {
  const found: AppBehind[] = [];
  for await (const { plan, ...app } of livePlans(db)) {
    const known = buildPlan.safeParse(plan);
    const stacks = known.success ? stacksBehind(known.data, inForce) : [];
    if (stacks.length > 0) found.push({ ...app, stacks });
  }
  return found;
}
