import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSseParser } from './sse-parser.ts';

const whole =
  'retry: 2000\n\n: alive\n\nevent: line\nid: 41\ndata: {"text":"å 你好"}\n\nid: 42\r\ndata: one\r\ndata: two\r\n\r\nevent: end\ndata: {}\n\n';
const messages = [
  { event: 'line', data: '{"text":"å 你好"}', id: '41' },
  { event: 'message', data: 'one\ntwo', id: '42' },
  { event: 'end', data: '{}', id: '42' },
];

describe('the stream parser', () => {
  it('finds the same messages however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const parse = makeSseParser();
        const edges = [0, ...[...cuts].sort((a, b) => a - b), whole.length];
        const found = edges.slice(1).flatMap((end, index) => parse(whole.slice(edges[index], end)));
        expect(found).toEqual(messages);
      }),
    );
  });

  it('leaves out a message that has not ended', () => {
    expect(makeSseParser()('data: half')).toEqual([]);
  });

  it('keeps the last id when a message has none', () => {
    const parse = makeSseParser();
    parse('id: 7\ndata: a\n\n');
    expect(parse('data: b\n\n')[0]?.id).toBe('7');
  });
});
