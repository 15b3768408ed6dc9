import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retention, type RetainedRelease } from './retention.js';

const release = (number: number, more: Partial<RetainedRelease> = {}): RetainedRelease => ({
  id: `r${number}`,
  number,
  image: `image${number}`,
  inUse: null,
  wasLive: true,
  ...more,
});
const kept = (verdicts: Map<string, { kept: boolean }>) =>
  [...verdicts].filter(([, { kept }]) => kept).map(([id]) => id);
const noBudget = { budgetBytes: Infinity };

describe('retention', () => {
  it('keeps the newest, and what is in use however old it is', () => {
    const all = [1, 2, 3, 4, 5].map((number) =>
      release(number, number === 1 ? { inUse: 'It is live.' } : {}),
    );
    expect(kept(retention(all, { keep: 2, ...noBudget }, () => 1)).sort()).toEqual(['r1', 'r4', 'r5']);
  });

  it('leaves a way back however many releases failed since', () => {
    const failures = [4, 5, 6].map((number) => release(number, { wasLive: false }));
    const verdicts = retention([release(2), release(3), ...failures], { keep: 1, ...noBudget }, () => 1);
    expect(kept(verdicts).sort()).toEqual(['r3', 'r6']);
  });

  it('lets go of the oldest first when the budget is short', () => {
    const all = [release(1), release(2), release(3, { inUse: 'It is live.' })];
    const verdicts = retention(all, { keep: 3, budgetBytes: 25 }, () => 10);
    expect(kept(verdicts).sort()).toEqual(['r2', 'r3']);
    expect(verdicts.get('r1')?.why).toContain('budget');
  });

  it('counts references: an image that one kept release needs is no other release’s loss', () => {
    const all = [release(1, { image: 'same' }), release(2), release(3, { image: 'same' })];
    const verdicts = retention(all, { keep: 1, ...noBudget }, () => 1);
    expect(verdicts.get('r1')).toEqual({ kept: true, why: 'It has the same image as v3.' });
    expect(verdicts.get('r2')?.kept).toBe(false);
  });

  it('never lets go of an image that a release in use needs, and always decides', () => {
    const releases = fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 1, max: 60 }),
        image: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        inUse: fc.option(fc.constant('It runs.')),
        wasLive: fc.boolean(),
      }),
      { selector: ({ number }) => number },
    );
    fc.assert(
      fc.property(releases, fc.integer({ min: 1, max: 10 }), fc.nat(100), (rows, keep, budgetBytes) => {
        const all = rows.map((row) => ({ ...row, id: String(row.number) }));
        const verdicts = retention(all, { keep, budgetBytes }, () => 7);
        expect(verdicts.size).toBe(all.length);
        const gone = new Set(all.filter(({ id }) => !verdicts.get(id)?.kept).map(({ image }) => image));
        for (const { id, image, inUse } of all) {
          if (inUse !== null) expect(verdicts.get(id)?.kept).toBe(true);
          if (verdicts.get(id)?.kept) expect(gone.has(image)).toBe(false);
        }
      }),
    );
  });
});
