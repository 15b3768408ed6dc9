import { describe, expect, it } from 'vitest';
import { budgets, type Measure } from '#apps/dashboard/build/budgets.js';
import { findings, table, type PageReport } from './findings.js';

const atTheLimit = Object.fromEntries(
  Object.entries(budgets).map(([measure, { limit }]) => [measure, limit]),
) as Record<Measure, number>;
const report: PageReport = {
  page: '/apps',
  numbers: atTheLimit,
  flaws: [],
  shifted: [],
  timings: { firstPaint: 120, largestPaint: 230.4, longTasks: 0 },
};

describe('the judge of pages', () => {
  it('lets a page pass that is just within each budget, however slow it was', () => {
    expect(findings({ ...report, timings: { firstPaint: 9e5, largestPaint: 9e5, longTasks: 9e5 } })).toEqual(
      [],
    );
  });

  it.each(Object.keys(budgets) as Measure[])(
    'says what is over the budget of %s, and how to mend it',
    (measure) => {
      const { limit, mend } = budgets[measure];
      const [only, ...more] = findings({ ...report, numbers: { ...atTheLimit, [measure]: limit + 1 } });
      expect(more).toEqual([]);
      expect(only).toMatch(/^\/apps: .*budget/);
      expect(only).toContain(mend);
    },
  );

  it('lets the terminal load a terminal', () => {
    const numbers = { ...atTheLimit, script: 300_000 };
    expect(findings({ ...report, numbers, page: '/apps/shop/terminal (wide)' })).toEqual([]);
    expect(findings({ ...report, numbers, page: '/apps/shop/logs (wide)' })).toHaveLength(1);
  });

  it('tells of each flaw by itself', () => {
    const flaws = [
      { kind: 'otherHost', what: 'http://elsewhere.example/font' },
      { kind: 'title', what: 'the title is "Berth"' },
    ] as const;
    expect(findings({ ...report, flaws: [...flaws] })).toEqual([
      expect.stringContaining('http://elsewhere.example/font'),
      expect.stringContaining('the title is "Berth". Call useTitle'),
    ]);
  });

  it('marks in the table what is over', () => {
    const lines = table([report, { ...report, numbers: { ...atTheLimit, script: 250_001 } }]).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).not.toContain('!');
    expect(lines[2]).toContain('250,001!');
    expect(lines[1]).toContain('230');
  });
});
