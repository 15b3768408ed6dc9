import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteTarget } from '#libs/contracts/edge.js';
import { Splits } from '#apps/activator/src/splits.js';

const target = (weight: number, present = [1, 2], cookie: string | null = null): RouteTarget => ({
  ...{ appId: 'a', app: 'a', releaseNumber: 1, state: 'serving', message: null },
  instances: present.map((release) => ({
    instanceId: `i${release}`,
    address: '127.0.0.1',
    port: 1,
    release,
  })),
  split: {
    cookie,
    parts: [
      { release: 1, weight: 100 - weight, key: 'one' },
      { release: 2, weight, key: 'two' },
    ],
  },
});

describe('the share of each release', () => {
  it('is exact over any hundred requests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 300 }), (weight, before) => {
        const splits = new Splits();
        const next = () => splits.choose(target(weight), undefined, null)?.release;
        for (let request = 0; request < before; request += 1) next();
        const hundred = Array.from({ length: 100 }, next);
        expect(hundred.filter((release) => release === 2)).toHaveLength(weight);
      }),
    );
  });

  it('goes to the other one while a release has no instance', () => {
    const splits = new Splits();
    expect(splits.choose(target(100, [1]), undefined, null)?.release).toBe(1);
    expect(splits.choose(target(100, []), undefined, null)).toBeNull();
  });

  it('does not change for a visitor who tries again, nor for one with the cookie', () => {
    const splits = new Splits();
    const first = splits.choose(target(50, [1, 2], 'c'), undefined, null);
    expect(first?.setCookie).toBe(
      `c=${first?.release === 1 ? 'one' : 'two'}; Path=/; HttpOnly; SameSite=Lax`,
    );
    for (let again = 0; again < 10; again += 1) {
      expect(splits.choose(target(50, [1, 2], 'c'), undefined, first)).toBe(first);
      const kept = splits.choose(target(50, [1, 2], 'c'), 'other=1; c=two', null);
      expect(kept).toEqual({ release: 2, setCookie: null });
    }
    expect(splits.choose(target(0, [1, 2], 'c'), 'c=forged', null)?.release).toBe(1);
  });
});
