import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainWords, userCommand } from './command.js';

describe('user command', () => {
  it.each([
    ['node server.js', ['node', 'server.js']],
    ['node -e \'a b\' "c d"', ['node', '-e', 'a b', 'c d']],
    ['  next   start -p 3000 ', ['next', 'start', '-p', '3000']],
    ['node --title=a"b c"d x', ['node', '--title=ab cd', 'x']],
  ])('starts %s directly', (line, args) => {
    expect(userCommand(line)).toEqual({ args, shell: null });
  });

  it.each([
    ['node server.js --port $PORT', 'exec node server.js --port $PORT', 'it uses $PORT'],
    ['a && b', 'a && b', 'it uses &&'],
    ['PORT=1 node x', 'PORT=1 node x', 'it uses the syntax of a shell'],
    ['cd app', 'exec cd app', 'it uses the syntax of a shell'],
    ['node *.js', 'exec node *.js', 'it uses *'],
    ['exec node $X', 'exec node $X', 'it uses $X'],
  ])('leaves %s to the shell, and says why', (line, script, why) => {
    expect(userCommand(line)).toEqual({ args: ['/bin/sh', '-c', script], shell: why });
  });

  it('splits plain words exactly as a shell would', () => {
    const word = fc.stringMatching(/^(?:[A-Za-z0-9_@%+:,./-]|'[^'\0\n]{0,4}'|"[^"$`\\!\0\n]{0,4}"){1,5}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const line = `printf ${words.join(' ')}`;
        const plain = plainWords(line);
        fc.pre(plain !== null);
        const shell = execFileSync(
          '/bin/sh',
          ['-c', `for w in ${words.join(' ')}; do printf '%s\\0' "$w"; done`],
          {
            encoding: 'utf8',
          },
        );
        expect(plain?.slice(1)).toEqual(shell.split('\0').slice(0, -1));
      }),
      { numRuns: 40 },
    );
  });
});
