import { describe, expect, it } from 'vitest';
import { isDatabaseAway } from './outage.js';

describe('an outage of the database', () => {
  it('is known by its code, by its message, and as the cause of another error', () => {
    expect(isDatabaseAway(Object.assign(new Error('x'), { code: 'P1001' }))).toBe(true);
    expect(isDatabaseAway(Object.assign(new Error('x'), { code: '57P01' }))).toBe(true);
    expect(isDatabaseAway(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(
      isDatabaseAway(new Error('x', { cause: Object.assign(new Error('y'), { code: 'ECONNREFUSED' }) })),
    ).toBe(true);
  });

  it('is not every error', () => {
    expect(isDatabaseAway(Object.assign(new Error('x'), { code: 'P2002' }))).toBe(false);
    expect(isDatabaseAway(new Error('x'))).toBe(false);
    expect(isDatabaseAway('P1001')).toBe(false);
    expect(isDatabaseAway(null)).toBe(false);
  });
});
