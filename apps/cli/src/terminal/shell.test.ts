import { expect, it } from 'vitest';
import { commandOrShell } from './shell.js';

it('a command is as it was given, a shell when none was, and never empty', () => {
  expect(commandOrShell(['ls', ''])).toEqual(['ls', '']);
  expect(commandOrShell([])[0]).toBe('/bin/sh');
  expect(() => commandOrShell([''])).toThrow('empty');
});
