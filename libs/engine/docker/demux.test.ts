import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogDemultiplexer, maxLineBytes } from './demux.js';

function frame(stream: 'stdout' | 'stderr', payload: string): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = stream === 'stderr' ? 2 : 1;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

const at = '2026-01-02T03:04:05.000000001Z';

describe('log stream', () => {
  it('gives the same lines in the same order wherever the chunks are cut', () => {
    const line = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      text: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, '')),
    });
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 40 }), (lines, size) => {
        const bytes = Buffer.concat(lines.map((l) => frame(l.stream, `${at} ${l.text}\n`)));
        const demultiplexer = new LogDemultiplexer();
        const got = [];
        for (let i = 0; i < bytes.length; i += size)
          got.push(...demultiplexer.push(bytes.subarray(i, i + size)));
        expect(got).toEqual(lines.map((l) => ({ ...l, at })));
      }),
    );
  });

  it('joins the parts of a long line, the other stream in between', () => {
    const demultiplexer = new LogDemultiplexer();
    expect(demultiplexer.push(frame('stdout', `${at} aaa`))).toEqual([]);
    expect(demultiplexer.push(frame('stderr', `${at} other\n`))).toHaveLength(1);
    expect(demultiplexer.push(frame('stdout', `${at} bbb\n`))).toEqual([
      { at, stream: 'stdout', text: 'aaabbb' },
    ]);
  });

  it('cuts a line that never ends', () => {
    const demultiplexer = new LogDemultiplexer();
    const part = 'x'.repeat(16 * 1024);
    const lines = [];
    for (let i = 0; i < 9; i += 1) lines.push(...demultiplexer.push(frame('stdout', `${at} ${part}`)));
    expect(lines).toHaveLength(2);
    expect(lines[0]?.text).toHaveLength(maxLineBytes);
  });

  it('gives what was written without a newline once the stream ends', () => {
    const demultiplexer = new LogDemultiplexer();
    demultiplexer.push(frame('stdout', `${at} last words`));
    expect(demultiplexer.end()).toEqual([{ at, stream: 'stdout', text: 'last words' }]);
    expect(demultiplexer.end()).toEqual([]);
  });

  it('keeps an empty line', () => {
    expect(new LogDemultiplexer().push(frame('stdout', `${at} \n`))).toEqual([
      { at, stream: 'stdout', text: '' },
    ]);
  });
});
