import { expect, it } from 'vitest';
import { Ui } from './ui.js';

it.each([
  [false, 'one\u001b]0;owned\u0007\ntwo\u001b[2J\n'],
  [true, 'one\ntwo\n'],
])('a value of others is as it is, but commands no terminal (%s)', (isTTY, wanted) => {
  let shown = '';
  const stream = { isTTY, columns: 80, write: (text: string) => (shown += text) };
  const out = stream as unknown as NodeJS.WriteStream;
  new Ui({ stdin: process.stdin, stdout: out, stderr: out }, {}, false).value(
    'one\u001b]0;owned\u0007\ntwo\u001b[2J',
  );
  expect(shown).toBe(wanted);
});
