import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAttempt, jobRetryMs } from './job.js';

const now = new Date('2026-01-01T00:00:00Z');

describe('afterAttempt', () => {
  it('ends every job after its retries at the latest', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.infiniteStream(fc.boolean()), (retries, outcomes) => {
        let attempt = 0;
        for (const succeeded of outcomes) {
          attempt += 1;
          const { status, retryAt } = afterAttempt({ attempt, retries, cancelled: false }, succeeded, now);
          expect(retryAt === null).toBe(status !== 'queued');
          if (status !== 'queued') {
            expect(status).toBe(succeeded ? 'succeeded' : 'failed');
            break;
          }
        }
        expect(attempt).toBeLessThanOrEqual(retries + 1);
      }),
    );
  });

  it('does not try again what somebody cancelled', () => {
    expect(afterAttempt({ attempt: 1, retries: 5, cancelled: true }, false, now).status).toBe('cancelled');
  });

  it('waits longer each time, and never longer than ten minutes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (attempt) => {
        expect(jobRetryMs(attempt + 1)).toBeGreaterThanOrEqual(jobRetryMs(attempt));
        expect(jobRetryMs(attempt)).toBeLessThanOrEqual(600_000);
      }),
    );
  });
});
