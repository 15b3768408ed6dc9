import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputDemultiplexer } from './attachment.js';
import { markOf, sessionOf } from './exec-processes.js';

const frame = (stream: 'stdout' | 'stderr', data: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stderr' ? 2 : 1;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
};

describe('what a process prints', () => {
  it('comes apart by stream, whole and in order, wherever the Engine’s stream was cut', () => {
    const piece = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      data: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 30 })),
        (pieces, cuts) => {
          const all = Buffer.concat(pieces.map(({ stream, data }) => frame(stream, data)));
          const demultiplexer = new OutputDemultiplexer();
          const got = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
          for (let from = 0, turn = 0; from < all.length; turn += 1) {
            const to = from + (cuts[turn] ?? all.length);
            for (const { stream, data } of demultiplexer.push(all.subarray(from, to))) got[stream].push(data);
            from = to;
          }
          for (const stream of ['stdout', 'stderr'] as const) {
            const sent = pieces.filter((one) => one.stream === stream).map(({ data }) => data);
            expect(Buffer.concat(got[stream])).toEqual(Buffer.concat(sent));
          }
        },
      ),
    );
  });
});

describe('a process seen from the host', () => {
  it('is known by the mark in its environment', () => {
    expect(markOf('PATH=/bin\0BERTH_EXEC=abc\0X=1\0')).toBe('abc');
    expect(markOf('PATH=/bin\0NOT_BERTH_EXEC=abc\0')).toBeNull();
    expect(markOf('')).toBeNull();
  });

  it('tells its session, whatever its name, until it has ended', () => {
    expect(sessionOf('12 (a) b (c) S 1 12 77 34816 12 4194304')).toBe(77);
    expect(sessionOf('12 (bash) Z 1 12 77 34816 12 4194304')).toBeNull();
    expect(sessionOf('')).toBeNull();
  });
});
