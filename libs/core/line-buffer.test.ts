import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineBuffer } from './line-buffer.js';

const most = { lines: 10, chars: 100 };
const piece = { lines: 4, chars: 30 };
const line = fc.string({ maxLength: 40 }).map((text) => ({ text }));
const step = fc.oneof(
  fc.array(line, { maxLength: 6 }).map((lines) => ({ do: 'add' as const, lines })),
  fc.record({ do: fc.constant('take' as const), fails: fc.boolean() }),
);

describe('LineBuffer', () => {
  it('is bounded; every line is sent once, in order, or counted as dropped', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const buffer = new LineBuffer<{ text: string; number: number }>(most);
        const sent: number[] = [];
        let added = 0;
        let dropped = 0;
        const take = (fails: boolean) => {
          const batch = buffer.take(piece);
          if (fails) return buffer.putBack(batch);
          sent.push(...batch.lines.map(({ number }) => number));
          dropped += batch.dropped;
        };
        for (const one of steps) {
          if (one.do === 'add') buffer.add(one.lines.map(({ text }) => ({ text, number: added++ })));
          else take(one.fails);
          expect(buffer.length).toBeLessThanOrEqual(most.lines);
        }
        while (buffer.length > 0) take(false);
        take(false);
        expect(sent).toEqual([...sent].sort((a, b) => a - b));
        expect(new Set(sent).size).toBe(sent.length);
        expect(sent.length + dropped).toBe(added);
      }),
    );
  });
});
