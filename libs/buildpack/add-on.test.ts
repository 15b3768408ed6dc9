import { expect, it } from 'vitest';
import { buildPlan } from '#libs/contracts/build-plan.js';
import { addOnAccess, addOnKinds } from '#libs/core/add-on.js';
import { planAddOn } from './add-on.js';

it.each(addOnKinds)(
  '%s listens where its URL leads, on a volume, never sleeps, and is built of its stack alone',
  (kind) => {
    const plan = planAddOn(kind, { stacks: { [kind]: `stack/${kind}` } });
    expect(buildPlan.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({
      port: addOnAccess[kind].port,
      healthPath: null,
      manifest: { sleep: { enabled: false }, volumes: { data: '/data' } },
    });
    expect(plan.dockerfile.split('\n')[0]).toBe(`FROM stack/${kind}`);
    expect(plan.extraFiles['start.sh']).toContain(`$${addOnAccess[kind].passwordKey}`);
  },
);

it('names the stack that this host does not have yet', () => {
  expect(() => planAddOn('redis', { stacks: {} })).toThrow(/no stack image "redis"/);
});
