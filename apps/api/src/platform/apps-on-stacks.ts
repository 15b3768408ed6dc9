import { stacksBehind } from '#libs/buildpack/stacks-behind.js';
import { buildPlan } from '#libs/contracts/build-plan.js';
import type { Db } from '#libs/store/db.js';
import { livePlans, type LivePlan } from '#libs/store/live-plans.js';

interface AppsOnStacks {
  /** Apps whose live image stands on a stack image that another has taken the place of, with the names of those stacks. */
  behind: (Omit<LivePlan, 'plan'> & { stacks: string[] })[];
  /** How many apps stand on the image in force, by name of the stack. */
  current: Map<string, number>;
}

/** Which stack images the live images of all apps stand on. */
export async function appsOnStacks(db: Db, inForce: Readonly<Record<string, string>>): Promise<AppsOnStacks> {
  const found: AppsOnStacks = { behind: [], current: new Map() };
  for await (const { plan, ...app } of livePlans(db)) {
    const known = buildPlan.safeParse(plan);
    if (!known.success) continue;
    const stacks = stacksBehind(known.data, inForce);
    if (stacks.length > 0) found.behind.push({ ...app, stacks });
    for (const name of known.data.stacks.filter((each) => !stacks.includes(each)))
      found.current.set(name, (found.current.get(name) ?? 0) + 1);
  }
  return found;
}
