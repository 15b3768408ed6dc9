import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePacket, FLUSH, PacketDecoder, PKT_MAX, type Packet } from './pkt-line.js';

const packet: fc.Arbitrary<Packet> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .uint8Array({ maxLength: 300 })
      .map((data) => ({ kind: 'data' as const, data: Buffer.from(data) })),
  },
  fc.constantFrom<Packet>({ kind: 'flush' }, { kind: 'delimiter' }, { kind: 'response-end' }),
);

function encode(one: Packet): Buffer {
  if (one.kind === 'data') return encodePacket(one.data);
  return { flush: FLUSH, delimiter: Buffer.from('0001'), 'response-end': Buffer.from('0002') }[one.kind];
}

/** Cuts bytes anywhere, as a network does. */
function chunked(bytes: Buffer, cuts: number[]): Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

function decodeAll(chunks: Buffer[]): { packets: Packet[]; rest: Buffer } {
  const decoder = new PacketDecoder();
  const packets: Packet[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let one = decoder.next(); one; one = decoder.next()) packets.push(one);
  }
  return { packets, rest: decoder.rest() };
}

describe('pkt-lines', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 30 }), fc.array(fc.nat()), (packets, cuts) => {
        const bytes = Buffer.concat(packets.map(encode));
        const { packets: decoded, rest } = decodeAll(chunked(bytes, cuts));
        expect(decoded).toEqual(packets);
        expect(rest.length).toBe(0);
      }),
    );
  });

  it('leave what follows them untouched', () => {
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 5 }),
        fc.uint8Array(),
        fc.array(fc.nat()),
        (packets, pack, cuts) => {
          const head = Buffer.concat([...packets.map(encode), FLUSH]);
          const decoder = new PacketDecoder();
          const taken: Packet[] = [];
          const after: Buffer[] = [];
          for (const chunk of chunked(Buffer.concat([head, pack]), cuts)) {
            decoder.push(chunk);
            while (taken.length <= packets.length) {
              const one = decoder.next();
              if (!one) break;
              taken.push(one);
            }
            if (taken.length > packets.length) after.push(decoder.rest());
          }
          expect(taken).toEqual([...packets, { kind: 'flush' }]);
          expect(Buffer.concat(after)).toEqual(Buffer.from(pack));
        },
      ),
    );
  });

  it('never break on other bytes: they are refused or waited for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat()), (bytes, cuts) => {
        try {
          const { packets } = decodeAll(chunked(Buffer.from(bytes), cuts));
          expect(packets.every((one) => one.kind !== 'data' || one.data.length < bytes.length)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'git_protocol' });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are as long as git allows and no longer', () => {
    const longest = Buffer.alloc(PKT_MAX - 4, 'x');
    expect(decodeAll([encodePacket(longest)]).packets).toEqual([{ kind: 'data', data: longest }]);
    expect(() => encodePacket(Buffer.alloc(PKT_MAX - 3))).toThrow(RangeError);
    expect(() => decodeAll([Buffer.from('fff1')])).toThrow(/pkt-line/);
    expect(() => decodeAll([Buffer.from('0003')])).toThrow(/pkt-line/);
    expect(decodeAll([Buffer.from('0004')]).packets).toEqual([{ kind: 'data', data: Buffer.alloc(0) }]);
  });
});
