import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultQuota, outgrown, quotaKeys, quotaOf, quotaText, type Quota, type QuotaUse } from './quota.js';

const amount = fc.integer({ min: 0, max: 20 });
const use = fc.record(Object.fromEntries(quotaKeys.map((key) => [key, amount]))) as fc.Arbitrary<QuotaUse>;
const limits = fc.record(
  Object.fromEntries(quotaKeys.map((key) => [key, fc.option(amount)])),
) as fc.Arbitrary<Quota>;

describe('a quota', () => {
  it('never refuses what does not grow, however far over it a team is', () => {
    fc.assert(
      fc.property(limits, use, use, (quota, a, b) => {
        const smaller = Object.fromEntries(
          quotaKeys.map((key) => [key, Math.min(a[key], b[key])]),
        ) as QuotaUse;
        expect(outgrown(quota, quotaKeys, a, smaller)).toBeNull();
      }),
    );
  });

  it('lets nothing grow past it, by one change or by many', () => {
    fc.assert(
      fc.property(limits, fc.array(use, { maxLength: 8 }), (quota, changes) => {
        let now = Object.fromEntries(quotaKeys.map((key) => [key, 0])) as QuotaUse;
        for (const next of changes) if (outgrown(quota, quotaKeys, now, next) === null) now = next;
        for (const key of quotaKeys) expect(now[key]).toBeLessThanOrEqual(quota[key] ?? Infinity);
      }),
    );
  });

  it('names what is refused only where that grew past its own limit', () => {
    fc.assert(
      fc.property(limits, use, use, (quota, before, after) => {
        const key = outgrown(quota, quotaKeys, before, after);
        if (key === null) return;
        expect(after[key]).toBeGreaterThan(before[key]);
        expect(after[key]).toBeGreaterThan(quota[key] ?? Infinity);
      }),
    );
  });

  it('is not fooled by sums of fractions', () => {
    const quota = quotaOf({ cpus: 0.3 });
    expect(outgrown(quota, ['cpus'], { cpus: 0 }, { cpus: 0.1 + 0.2 })).toBeNull();
  });

  it('has its default where nobody set anything, and none where somebody set that', () => {
    expect(quotaOf({})).toEqual(defaultQuota);
    expect(quotaOf({ apps: null, cpus: 2 })).toEqual({ ...defaultQuota, apps: null, cpus: 2 });
  });

  it('tells the limit, where the team stands, and what to do', () => {
    expect(quotaText('memoryMb', { limit: 1024, before: 512, after: 1536 })).toBe(
      'The team may have instances with 1024 MiB of memory together: it has 512 and would have 1536. Scale something down, or give its instances less memory, or ask an administrator for more (berth team quota).',
    );
  });
});
