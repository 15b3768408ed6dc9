import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogDemultiplexer, maxLineBytes } from './demux.js';

function frame(stream: 'stdout' | 'stderr', payload: string, ...more: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(payload), ...more]);
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

  it.each(['\n', ''])(
    'joins the parts of a long line that ends with %j, the other stream in between',
    (end) => {
      const demultiplexer = new LogDemultiplexer();
      // The Engine cuts by bytes, in the middle of a character too.
      const text = `${'a'.repeat(16 * 1024 - 1)}ébbb`;
      const bytes = Buffer.from(text);
      const [first, rest] = [bytes.subarray(0, 16 * 1024), bytes.subarray(16 * 1024)];
      expect(demultiplexer.push(frame('stdout', `${at} `, first))).toEqual([]);
      expect(demultiplexer.push(frame('stderr', `${at} other\n`))).toHaveLength(1);
      // The log driver `local` of Engine 20.10 leaves the newline of the last part out.
      expect(demultiplexer.push(frame('stdout', `${at} `, rest, Buffer.from(end)))).toEqual([
        { at, stream: 'stdout', text },
      ]);
    },
  );

  it('does not join a line to one that ended where a part does', () => {
    const demultiplexer = new LogDemultiplexer();
    const later = '2026-01-02T03:04:06.000000001Z';
    const part = 'x'.repeat(16 * 1024);
    demultiplexer.push(frame('stdout', `${at} ${part}`));
    expect(demultiplexer.push(frame('stdout', `${later} next\n`))).toEqual([
      { at, stream: 'stdout', text: part },
      { at: later, stream: 'stdout', text: 'next' },
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
    const text = 'x'.repeat(16 * 1024);
    demultiplexer.push(frame('stdout', `${at} ${text}`));
    expect(demultiplexer.end()).toEqual([{ at, stream: 'stdout', text }]);
    expect(demultiplexer.end()).toEqual([]);
  });

  it('keeps an empty line', () => {
    expect(new LogDemultiplexer().push(frame('stdout', `${at} \n`))).toEqual([
      { at, stream: 'stdout', text: '' },
    ]);
  });
});
