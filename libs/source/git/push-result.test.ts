import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePacket, FLUSH } from './pkt-line.js';
import { encodePushResult, parsePushResult, refuse, refuseAll, type PushResult } from './push-result.js';

const word = fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/);
const result: fc.Arbitrary<PushResult> = fc.record({
  unpack: fc.oneof(fc.constant('ok'), word),
  refs: fc.array(
    fc.oneof(
      fc.record({
        ref: fc.stringMatching(/^refs\/heads\/[a-z]{1,9}$/),
        refused: fc.constant(null),
        options: fc.array(word, { maxLength: 2 }),
      }),
      fc.record({
        ref: fc.stringMatching(/^refs\/tags\/[a-z]{1,9}$/),
        refused: word,
        options: fc.constant<string[]>([]),
      }),
    ),
    { maxLength: 5 },
  ),
});

describe('the report of a push', () => {
  it('is read as it is written', () => {
    fc.assert(
      fc.property(result, (one) => {
        expect(parsePushResult(encodePushResult(one))).toEqual(one);
      }),
    );
  });

  it('is null when git died before it', () => {
    expect(parsePushResult(Buffer.alloc(0))).toBeNull();
    expect(parsePushResult(FLUSH)).toBeNull();
    expect(parsePushResult(encodePacket('hello'))).toBeNull();
  });

  it('can refuse a ref after all, but never take back a refusal', () => {
    const given = parsePushResult(
      Buffer.concat([
        encodePacket('unpack ok\n'),
        encodePacket('ok refs/heads/main\n'),
        encodePacket('option old-oid 1\n'),
        encodePacket('ng refs/heads/x hook declined\n'),
        FLUSH,
      ]),
    )!;
    const refused = refuse(
      given,
      new Map([
        ['refs/heads/main', 'build\nfailed'],
        ['refs/heads/x', 'other'],
      ]),
    );
    expect(encodePushResult(refused)).toEqual(
      Buffer.concat([
        encodePacket('unpack ok\n'),
        encodePacket('ng refs/heads/main build failed\n'),
        encodePacket('ng refs/heads/x hook declined\n'),
        FLUSH,
      ]),
    );
  });

  it('can refuse everything', () => {
    expect(parsePushResult(encodePushResult(refuseAll(['refs/heads/a'], 'no')))).toEqual({
      unpack: 'ok',
      refs: [{ ref: 'refs/heads/a', refused: 'no', options: [] }],
    });
  });
});
