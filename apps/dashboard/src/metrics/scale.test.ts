import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linePath, nearest, timeTicks, valueTicks } from './scale.ts';

describe('a chart’s axes', () => {
  it('have two to seven value ticks from 0 to at least the highest value', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), fc.boolean(), (highest, whole) => {
        const ticks = valueTicks(highest, whole);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * (1 - 1e-6));
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        if (whole) expect(ticks.every((tick) => Number.isInteger(tick))).toBe(true);
      }),
    );
    expect(valueTicks(0)).toHaveLength(2);
  });

  it('have times within the span, no more than fit', () => {
    const start = Date.UTC(2026, 0, 1);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 60_000, max: 86_400_000 }),
        (at, span) => {
          const ticks = timeTicks(start + at, start + at + span, 6);
          expect(ticks.length).toBeLessThanOrEqual(7);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(start + at);
            expect(tick).toBeLessThanOrEqual(start + at + span);
          }
        },
      ),
    );
  });
});

describe('a chart’s line', () => {
  const draw = (points: { at: number; value: number | null }[]) =>
    linePath(
      points,
      10,
      (at) => at,
      (value) => value,
    );

  it('breaks where a value or a step is missing', () => {
    const path = draw([
      { at: 0, value: 1 },
      { at: 10, value: 2 },
      { at: 20, value: null },
      { at: 30, value: 3 },
      { at: 60, value: 4 },
    ]);
    expect(path.match(/M/g)).toHaveLength(3);
    expect(path.match(/L/g)).toHaveLength(1);
  });

  it('finds the nearest point', () => {
    expect(nearest([{ at: 0 }, { at: 10 }, { at: 20 }], 14)).toEqual({ at: 10 });
    expect(nearest([], 1)).toBeNull();
  });
});
