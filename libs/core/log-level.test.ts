import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAtLeast, levelOf, logLevels } from './log-level.js';

describe('the level of a line', () => {
  it.each([
    ['{"level":50,"msg":"x"}', 'error'],
    ['{"level":40,"msg":"error"}', 'warn'],
    ['{"time":1,"severity":"WARNING","message":"x"}', 'warn'],
    ['ts=1 level=debug msg="an error"', 'debug'],
    ['[error] no such file', 'error'],
    ['2026-11-24 10:00:00,123 WARNING root: careful', 'warn'],
    ['2026-11-24T10:00:00Z INFO started', 'info'],
    ['\u001b[31mERROR\u001b[0m broken', 'error'],
    ['[2026-11-24 10:00:00 +0000] [7] [INFO] Booting worker', 'info'],
    ['TypeError: x is not a function', 'error'],
    ['Traceback (most recent call last):', 'error'],
    ['panic: runtime error', 'error'],
    ['GET /error 200', 'info'],
    ['There was no error at all', 'info'],
    ['listening on 8080', 'info'],
    ['', 'info'],
  ])('%s is %s', (text, level) => expect(levelOf(text)).toBe(level));

  it('is told of any line, however long and repetitive', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2000 }),
        fc.constantFrom('a', '[', ' -', 'a ', '1:'),
        (text, part) => {
          expect(logLevels).toContain(levelOf(text));
          expect(levelOf(part.repeat(1000))).toBe('info');
        },
      ),
    );
  });

  it('is at least debug, whatever it is', () => {
    expect(isAtLeast('[debug] x', 'debug')).toBe(true);
    expect(isAtLeast('[debug] x', 'info')).toBe(false);
    expect(isAtLeast('[error] x', 'warn')).toBe(true);
  });
});
