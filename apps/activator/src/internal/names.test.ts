import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { question, read } from '../../test/dns.js';
import { judge, type Zone } from './names.js';

const zone: Zone = {
  gateway: '10.64.4.1',
  has: (name) => ['shop', 'api'].includes(name),
  instances: (name) => (name === 'shop' ? ['10.64.4.7', '10.64.4.8'] : []),
};
const answerTo = (message: Buffer): Buffer => {
  const verdict = judge(message, zone);
  if (verdict.do !== 'answer') throw new Error(`It was to ${verdict.do}.`);
  return verdict.message;
};
const aaaa = 28;
const any = 255;

/** Bytes that are nearly a question: cut, lengthened, or with some bytes changed. */
const almost = fc
  .record({
    name: fc.constantFrom('shop.internal', 'shop.direct.internal', 'example.org', 'a.b.c.internal', 'x'),
    type: fc.integer({ min: 0, max: 0xffff }),
    changes: fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
    keep: fc.nat(80),
    more: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ name, type, changes, keep, more }) => {
    const bytes = Buffer.from(question(name, type));
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return Buffer.concat([bytes.subarray(0, keep), more]);
  });

describe('names of a team', () => {
  it('are the address of the gateway, however they are spelled, for a short while', () => {
    const asked = question('ShOp.InTernal');
    const answer = answerTo(asked);
    expect(read(answer)).toEqual({ id: asked.readUInt16BE(0), code: 0, answers: 1, address: '10.64.4.1' });
    // The question comes back as it was spelled: resolvers compare it.
    expect(answer.subarray(12, asked.length).equals(asked.subarray(12))).toBe(true);
    expect(answer.readUInt32BE(answer.length - 10)).toBeLessThanOrEqual(10);
    expect(read(answerTo(question('api.internal', any))).answers).toBe(1);
  });

  it('have no other record: an empty answer, not a missing name', () => {
    expect(read(answerTo(question('shop.internal', aaaa)))).toMatchObject({ code: 0, answers: 0 });
  });

  it('are the instances themselves where they are asked for directly, for a second', () => {
    const answer = answerTo(question('shop.direct.internal'));
    expect(read(answer)).toMatchObject({ code: 0, answers: 2, address: '10.64.4.8' });
    expect(answer.readUInt32BE(answer.length - 10)).toBe(1);
    expect(read(answerTo(question('api.direct.internal')))).toMatchObject({ code: 0, answers: 0 });
    expect(read(answerTo(question('other.direct.internal'))).code).toBe(3);
    const many = { ...zone, instances: () => Array.from({ length: 200 }, () => '10.64.4.7') };
    const verdict = judge(question('shop.direct.internal'), many);
    expect(verdict.do === 'answer' && verdict.message.length).toBeLessThanOrEqual(512);
  });

  it('do not exist when they are no app of the team', () => {
    for (const name of ['other.internal', 'toString.internal'])
      expect(read(answerTo(question(name)))).toMatchObject({ code: 3, answers: 0 });
  });

  it.each(['example.org', 'shop', 'internal', 'db.corp.internal', 'shop.internal.example.org'])(
    'are not %s, which the host is asked for',
    (name) => expect(judge(question(name), zone).do).toBe('relay'),
  );
});

describe('whatever comes as a question', () => {
  it('never throws, is answered at most once, under its own id, and hardly longer than it is', () => {
    fc.assert(
      fc.property(fc.oneof(almost, fc.uint8Array({ maxLength: 600 }).map(Buffer.from)), (message) => {
        const verdict = judge(message, zone);
        if (verdict.do !== 'answer') return;
        expect(verdict.message.readUInt16BE(0)).toBe(message.readUInt16BE(0));
        expect(verdict.message.readUInt16BE(2) & 0x8000).toBe(0x8000);
        expect(verdict.message.length).toBeLessThanOrEqual(message.length + 2 * 16);
        expect(read(verdict.message).answers).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not answered when it is an answer itself', () => {
    const answer = answerTo(question('shop.internal'));
    expect(judge(answer, zone).do).toBe('nothing');
  });
});
