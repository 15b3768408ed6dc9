import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourcesToPrune } from './retention.js';

const source = fc.record({
  id: fc.uuid(),
  appId: fc.constantFrom('a', 'b', 'c'),
  createdAt: fc.date({ min: new Date(0), max: new Date(1e6), noInvalidDate: true }),
  inUse: fc.boolean(),
  orphaned: fc.boolean(),
});

describe('sourcesToPrune', () => {
  it('keeps of each app the newest and all in use, and lets everything else go, and all of a deleted app', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(source, { selector: ({ id }) => id, maxLength: 40 }),
        fc.integer({ min: 0, max: 5 }),
        (sources, keep) => {
          const gone = new Set(sourcesToPrune(sources, keep));
          for (const one of sources) {
            const newer = sources.filter(
              (other) =>
                other.appId === one.appId &&
                (other.createdAt > one.createdAt ||
                  (+other.createdAt === +one.createdAt && other.id > one.id)),
            );
            expect(gone.has(one)).toBe(one.orphaned || (newer.length >= keep && !one.inUse));
          }
        },
      ),
    );
  });
});
