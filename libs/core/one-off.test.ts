import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideOneOff, keepEndedMs, type ObservedOneOff } from './one-off.js';

const now = 1_000_000_000;
const running: ObservedOneOff = {
  status: 'ready',
  container: 'running',
  held: false,
  detached: false,
  appDeleted: false,
  remove: false,
  expiresAt: now + 1000,
  endedAt: null,
};
const decide = (change: Partial<ObservedOneOff>) => decideOneOff({ ...running, ...change }, now);

describe('a one-off', () => {
  it('runs while somebody is at its terminal, or left it on purpose and its time is not over', () => {
    expect(decide({ held: true })).toBe('nothing');
    expect(decide({ detached: true })).toBe('nothing');
    expect(decide({ detached: true, expiresAt: now })).toBe('stop');
    expect(decide({})).toBe('stop');
  });

  it('is kept when its command is over, for a day', () => {
    expect(decide({ container: 'ended' })).toBe('note');
    expect(decide({ status: 'ended', container: 'ended', endedAt: now })).toBe('nothing');
    expect(decide({ status: 'ended', container: 'ended', endedAt: now - keepEndedMs - 1 })).toBe('remove');
  });

  it('goes when it is over and was to be removed, when its start was broken off, and with its app', () => {
    expect(decide({ container: 'ended', remove: true })).toBe('remove');
    expect(decide({ status: 'creating', container: 'created' })).toBe('remove');
    expect(decide({ status: 'starting', container: 'none' })).toBe('remove');
    expect(decide({ held: true, appDeleted: true })).toBe('remove');
  });

  it('that runs is never taken for one that is over, and what is over is settled after two looks', () => {
    const any = fc.record<ObservedOneOff>({
      status: fc.constantFrom('creating', 'starting', 'ready', 'ended'),
      container: fc.constantFrom('none', 'created', 'running', 'ended'),
      held: fc.constant(false),
      detached: fc.boolean(),
      appDeleted: fc.boolean(),
      remove: fc.boolean(),
      expiresAt: fc.option(fc.integer({ min: now - 10, max: now + 10 })),
      endedAt: fc.option(fc.integer({ min: now - 2 * keepEndedMs, max: now })),
    });
    fc.assert(
      fc.property(any, (one) => {
        const first = decideOneOff(one, now);
        if (one.container === 'running') expect(first).not.toBe('note');
        if (first === 'nothing' || first === 'remove') return;
        const after: ObservedOneOff = { ...one, container: 'ended', status: 'ended', endedAt: now };
        expect(decideOneOff(after, now)).toBeOneOf(['nothing', 'remove']);
      }),
    );
  });
});
