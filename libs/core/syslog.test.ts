import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syslogFrame } from './syslog.js';

const line = {
  at: '2026-01-02T03:04:05.123456789Z',
  app: 'shop',
  process: 'web.9c2f41aa',
  stream: 'stdout' as const,
};

describe('syslogFrame', () => {
  it('is a message of RFC 5424 behind its length', () => {
    const text = new TextDecoder().decode(syslogFrame({ ...line, text: 'hällo' }));
    expect(text).toBe('69 <134>1 2026-01-02T03:04:05.123456Z berth shop web.9c2f41aa - - hällo');
  });

  it('can be taken apart again, whatever the app prints', () => {
    const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 });
    fc.assert(
      fc.property(texts, fc.string(), (printed, process) => {
        let stream = Buffer.concat(printed.map((text) => syslogFrame({ ...line, process, text })));
        const found: string[] = [];
        while (stream.length > 0) {
          const blank = stream.indexOf(' ');
          const length = Number(stream.subarray(0, blank).toString());
          const message = stream.subarray(blank + 1, blank + 1 + length).toString('utf8');
          found.push(message.split(' ').slice(7).join(' '));
          stream = stream.subarray(blank + 1 + length);
        }
        expect(found).toEqual(printed.map((text) => Buffer.from(text, 'utf8').toString('utf8')));
      }),
      { numRuns: 40 },
    );
  });
});
