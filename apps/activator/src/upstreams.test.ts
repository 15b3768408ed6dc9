import { describe, expect, it } from 'vitest';
import type { RouteTarget } from '#libs/contracts/edge.js';
import { defaultLimits } from '#apps/activator/src/limits.js';
import { Upstreams } from '#apps/activator/src/upstreams.js';

const target: RouteTarget = {
  appId: 'app',
  app: 'app',
  releaseNumber: 1,
  state: 'serving',
  message: null,
  instances: ['one', 'two'].map((instanceId, index) => ({
    instanceId,
    address: `10.0.0.${index + 2}`,
    port: 8080,
  })),
};

describe('the choice of an instance', () => {
  it('leaves one that took no connection to the last, for as long as the table may not know', () => {
    const upstreams = new Upstreams(defaultLimits);
    const pick = (now: number, except: string[] = []) =>
      upstreams.pick(target, new Set(except), now)?.instance.instanceId;
    expect(pick(0)).toBe('one');
    upstreams.avoid(upstreams.pick(target, new Set(), 0)!, 0);
    expect(pick(1)).toBe('two');
    // It is still better than none.
    expect(pick(1, ['two'])).toBe('one');
    expect(pick(defaultLimits.unreachableMs)).toBe('one');
  });

  it('prefers a reachable one however busy it is', () => {
    const upstreams = new Upstreams(defaultLimits);
    const [one] = [upstreams.pick(target, new Set(), 0)!];
    upstreams.avoid(one, 0);
    const two = upstreams.pick(target, new Set(), 1)!;
    for (let i = 0; i < 5; i += 1) upstreams.begin(two);
    expect(upstreams.pick(target, new Set(), 2)).toBe(two);
  });
});
