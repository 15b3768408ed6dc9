import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

/** Ticks of the clock, each followed by a look that finds nothing where it is due. */
function ticks(pace: Pace, count: number): boolean[] {
  return Array.from({ length: count }, () => {
    const due = pace.isDue();
    if (due) pace.noteLook(0);
    return due;
  });
}

describe('looks at everything', () => {
  it('are made at every tick until four found nothing, then at every fourth', () => {
    const pace = new Pace();
    expect(ticks(pace, 4)).toEqual([true, true, true, true]);
    expect(ticks(pace, 8)).toEqual([false, false, false, true, false, false, false, true]);
  });

  it('are made at every tick again once something was found or asked for', () => {
    for (const happen of [(pace: Pace) => pace.noteLook(1), (pace: Pace) => pace.noteActivity()]) {
      const pace = new Pace();
      ticks(pace, 6);
      happen(pace);
      expect(ticks(pace, 4)).toEqual([true, true, true, true]);
      expect(ticks(pace, 1)).toEqual([false]);
    }
  });
});
