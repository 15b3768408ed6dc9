import { describe, expect, it } from 'vitest';
import { commands } from '../commands/commands.js';
import { candidates } from './candidates.js';

const words = (...typed: string[]): readonly string[] => {
  const found = candidates(typed, commands);
  return 'words' in found ? found.words : [`:${found.kind}`];
};

describe('completion', () => {
  it('offers every command, but no hidden one', () => {
    expect(words('')).toEqual(expect.arrayContaining(['deploy', 'apps', 'config', 'logs']));
    expect(words('')).not.toContain('git-credential');
  });

  it('offers what a noun has below it', () => {
    expect(words('domains', '')).toEqual(expect.arrayContaining(['add', 'remove']));
    expect(words('config', 's')).toContain('set');
  });

  it('offers the options of the command', () => {
    expect(words('deploy', '--')).toEqual(expect.arrayContaining(['--image', '--detach', '--app', '--json']));
  });

  it.each([
    [['logs', ''], { kind: 'ask', what: 'app', words: [] }],
    [['logs', '--app', ''], { kind: 'ask', what: 'app', words: [] }],
    [['deploy', '-a', ''], { kind: 'ask', what: 'app', words: [] }],
    [['apps', '--team', ''], { kind: 'ask', what: 'team', words: [] }],
    [['deploy', ''], { kind: 'files' }],
    [['deploy', '-a', 'x', ''], { kind: 'files' }],
    [['team', 'role', 'me@x', ''], { kind: 'words', words: ['viewer', 'developer', 'owner'] }],
    [['completion', ''], { kind: 'words', words: ['bash', 'zsh', 'fish'] }],
    [['login', '--scope', ''], { kind: 'words', words: ['read', 'deploy', 'write', 'admin'] }],
    [['config', 'get', 'A', ''], { kind: 'words', words: [] }],
  ] as const)('%j wants %j', (typed, wanted) => expect(candidates(typed, commands)).toEqual(wanted));
});
