import { describe, expect, it } from 'vitest';
import { collectionDue, type Occasion } from './due.js';

const start = new Date('2026-01-10T12:00:00Z').getTime();
const at = (minutes: number) => new Date(start + minutes * 60_000);

/** Minutes at which disk was collected, when it is looked at each minute and things happened at these. */
function collected(hours: number, happened: number[], more: Partial<Occasion> = {}): number[] {
  const seen: number[] = [];
  let collectedAt = at(0);
  for (let minute = 1; minute <= hours * 60; minute += 1) {
    const last = happened.findLast((each) => each < minute);
    const happenedAt = last === undefined ? null : at(last);
    const occasion = { short: false, failed: false, collectedAt, happenedAt, ...more };
    if (collectionDue(occasion, at(minute)) === null) continue;
    collectedAt = at(minute);
    seen.push(minute);
  }
  return seen;
}

describe('disk', () => {
  it('is collected soon after something happened, once more when that is not young any more, and then rests', () => {
    expect(collected(5, [50])).toEqual([51, 110]);
    expect(collected(5, [1])).toEqual([16, 61]);
  });

  it('is collected every quarter of an hour while things go on happening', () => {
    const always = Array.from({ length: 120 }, (_, minute) => minute);
    expect(collected(2, always)).toEqual([16, 32, 48, 64, 80, 96, 112]);
  });

  it('is collected a few times a day where nothing happens', () => {
    expect(collected(24, [])).toHaveLength(3);
  });

  it('is collected again after a quarter of an hour where that failed, and sooner while it is short', () => {
    expect(collected(1, [], { failed: true })).toHaveLength(3);
    expect(collected(1, [], { short: true })).toHaveLength(10);
  });
});
