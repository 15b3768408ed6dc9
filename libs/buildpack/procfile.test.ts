import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BerthError } from '#libs/core/errors.js';
import { parseProcfile } from './procfile.js';
import { planOf } from './plan-of.js';

describe('Procfile', () => {
  it('reads types and commands, leaves out comments and empty lines, takes any line end', () => {
    const text = '\ufeff# processes\r\nweb: node server.js\r\n\r\nWorker_1 :  node worker.js --fast \n';
    expect([...parseProcfile(text)]).toEqual([
      ['web', 'node server.js'],
      ['worker-1', 'node worker.js --fast'],
    ]);
  });

  it.each([
    ['web node server.js', 'Procfile, line 1'],
    ['web: a\nweb: b', 'Procfile, line 2: the process type "web" is there twice'],
    ['\n\nweb:', 'Procfile, line 3'],
    ['1web: x', 'Procfile, line 1'],
  ])('names the line of %j', (text, message) => {
    expect(() => parseProcfile(text)).toThrow(message);
  });

  it('says so of a binary file', async () => {
    const error = await planOf({ 'package.json': '{}', Procfile: new Uint8Array([0, 255, 1]) }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({
      code: 'file_not_text',
      message: expect.stringContaining('Procfile is not a UTF-8 text file'),
    });
  });

  it('either parses or names a line, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        try {
          for (const [type, command] of parseProcfile(text)) {
            expect(type).toMatch(/^[a-z][a-z0-9-]*$/);
            expect(command).not.toMatch(/[\n\r]/);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(BerthError);
          expect((error as BerthError).message).toMatch(/^Procfile, line \d+: /);
        }
      }),
    );
  });
});
