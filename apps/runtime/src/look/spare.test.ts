import { describe, expect, it } from 'vitest';
import type { AppState } from '#libs/store/app-states.js';
import { spareMs, sparesOf } from './spare.js';

type Change = Pick<AppState, 'live' | 'previous'>;
const deployment = (id: string, endedAt: Date | null) => ({ id, endedAt }) as NonNullable<AppState['live']>;
const change: Change = { live: deployment('d2', new Date(1000)), previous: deployment('d1', new Date(0)) };
const roomy = { available: 60, total: 100 };

describe('what is kept for a rollback', () => {
  it('is the release before, for a while after the change', () => {
    expect(sparesOf(change, [], 5000, roomy)).toEqual([{ deploymentId: 'd1', until: 1000 + spareMs }]);
  });

  it('counts from now while the change is not confirmed', () => {
    expect(sparesOf({ ...change, live: deployment('d2', null) }, [], 5000, roomy)[0]?.until).toBe(
      5000 + spareMs,
    );
  });

  it('is nothing on a host that is short of memory, and nothing without a release before', () => {
    expect(sparesOf(change, [], 5000, { available: 19, total: 100 })).toEqual([]);
    expect(sparesOf({ ...change, previous: null }, [], 5000, roomy)).toEqual([]);
  });
});
