import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseParser, type SseMessage } from './sse.js';

describe('an event stream', () => {
  const text =
    'retry: 2000\n\n: alive\n\nevent: line\nid: 7\ndata: {"a":1}\n\r\nevent: step\r\ndata: x\r\ndata: ü\r\n\r\ndata:last\n\n';
  const messages: SseMessage[] = [
    { event: 'line', id: '7', data: '{"a":1}' },
    { event: 'step', id: '7', data: 'x\nü' },
    { event: 'message', id: '7', data: 'last' },
  ];

  it('reads the same however it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const parser = new SseParser();
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const got = at.slice(1).flatMap((end, index) => parser.push(text.slice(at[index], end)));
        expect(got).toEqual(messages);
      }),
    );
  });

  it('refuses a message without an end', () => {
    expect(() => new SseParser().push(`data: ${'x'.repeat(5 << 20)}`)).toThrow('too long');
  });
});
