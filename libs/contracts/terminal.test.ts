import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientFrame, type ClientFrame } from './terminal.js';
import { decodeServerFrame, encodeFrame, type ServerFrame } from './terminal-frames.js';

const data = fc.uint8Array({ maxLength: 50 });
const size = fc.record({
  columns: fc.integer({ min: 1, max: 1000 }),
  rows: fc.integer({ min: 1, max: 1000 }),
});

describe('frames of a terminal', () => {
  it('of a client are read as they were written', () => {
    const frames: fc.Arbitrary<ClientFrame> = fc.oneof(
      fc.record({ t: fc.constant('stdin' as const), data }),
      fc.record({ t: fc.constant('resize' as const), size }),
      fc.constant({ t: 'eof' as const }),
    );
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeClientFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('of a server are read as they were written', () => {
    const frames: fc.Arbitrary<ServerFrame> = fc.oneof(
      fc.record({ t: fc.constantFrom('stdout' as const, 'stderr' as const), data }),
      fc.record({ t: fc.constant('exit' as const), code: fc.integer({ min: 0, max: 255 }) }),
    );
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeServerFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('are refused when they are none, or of the other side', () => {
    const start = (command: unknown, terminal: unknown = null) =>
      JSON.stringify({ t: 'start', command, terminal });
    const wrong = [
      'hello',
      '{}',
      start([]),
      start(['']),
      start(['a\0b']),
      start(['sh'], { columns: 0, rows: 5 }),
      start(['sh'], { columns: 80, rows: 24, kind: 'x\ny' }),
      start(['x'.repeat(32_768), 'x'.repeat(32_768)]),
      '{"t":"exit","code":1}',
      new Uint8Array(),
      new Uint8Array([1, 65]),
      new Uint8Array([9, 65]),
    ];
    for (const message of wrong) expect(() => decodeClientFrame(message), String(message)).toThrow();
    expect(() => decodeServerFrame(new Uint8Array([0, 65]))).toThrow();
    expect(decodeClientFrame(start(['sh', '-c', '']))).toMatchObject({ command: ['sh', '-c', ''] });
  });
});
