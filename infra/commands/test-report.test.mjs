import { describe, expect, it } from 'vitest';
import { add, countsOf, secondTries, wholeText } from './test-report.mjs';

describe('test report', () => {
  it('counts a run that broke without a failed test as a failure', () => {
    expect(countsOf(null, 1)).toEqual({ passed: 0, skipped: 0, failed: 1 });
    expect(countsOf({ numPassedTests: 5, numFailedTests: 0 }, 1).failed).toBe(1);
    expect(countsOf({ numPassedTests: 5, numFailedTests: 2 }, 1).failed).toBe(2);
    expect(countsOf({ numPassedTests: 5, numFailedTests: 0 }, 0)).toEqual({
      passed: 5,
      skipped: 0,
      failed: 0,
    });
  });

  it('sums projects and ends with the plain line', () => {
    const sum = [
      { passed: 8, failed: 0 },
      { passed: 5, failed: 1, skipped: 2 },
    ].reduce(add, { passed: 0, failed: 0, skipped: 0 });
    expect(wholeText(sum)).toBe('13 passed, 1 failed, 2 skipped');
    expect(wholeText({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  });

  it('names what passed only at the second try', () => {
    const passed = { fullName: 'steady', status: 'passed', failureMessages: [] };
    const failed = {
      fullName: 'broken',
      status: 'failed',
      failureMessages: ['Error: no\n at x', 'Error: no'],
    };
    const racy = { fullName: 'racy', status: 'passed', failureMessages: ['Error: late\n at y'] };
    const report = { testResults: [{ assertionResults: [passed, failed] }, { assertionResults: [racy] }] };
    expect(secondTries(report)).toEqual([{ name: 'racy', why: 'Error: late' }]);
    expect(secondTries(null)).toEqual([]);
  });
});
