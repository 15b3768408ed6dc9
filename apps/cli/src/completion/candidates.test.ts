import { describe, expect, it } from 'vitest';
import { commands } from '../commands/commands.js';
import { candidates, splitTyped } from './candidates.js';

const words = (...typed: string[]): readonly string[] => {
  const found = candidates(typed, commands);
  return 'offers' in found ? found.offers.map(({ word }) => word) : [`:${found.kind}`];
};

const offersOf = (...all: string[]) => all.map((word) => ({ word }));

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
    [['logs', ''], { kind: 'ask', what: 'app', offers: [] }],
    [['logs', '--app', ''], { kind: 'ask', what: 'app', offers: [] }],
    [['deploy', '-a', ''], { kind: 'ask', what: 'app', offers: [] }],
    [['apps', '--team', ''], { kind: 'ask', what: 'team', offers: [] }],
    [['deploy', ''], { kind: 'files' }],
    [['deploy', '-a', 'x', ''], { kind: 'files' }],
    [['team', 'role', 'me@x', ''], { kind: 'words', offers: offersOf('viewer', 'developer', 'owner') }],
    [['completion', ''], { kind: 'words', offers: offersOf('bash', 'zsh', 'fish') }],
    [['login', '--scope', ''], { kind: 'words', offers: offersOf('read', 'deploy', 'write', 'admin') }],
    [['config', 'get', 'A', ''], { kind: 'words', offers: [] }],
  ] as const)('%j wants %j', (typed, wanted) => expect(candidates(typed, commands)).toEqual(wanted));

  it('says what each command and option is for', () => {
    const about = (word: string, ...typed: string[]) => {
      const found = candidates(typed, commands);
      return 'offers' in found ? found.offers.find((one) => one.word === word)?.about : undefined;
    };
    expect(about('logs', '')).toBe('Show what an app prints');
    expect(about('apps', '')).toBe('List your apps');
    expect(about('set', 'config', '')).toMatch(/^Set config variables/);
    expect(about('--detach', 'deploy', '-')).toMatch(/^Do not wait/);
  });

  it.each([
    ['config:s', { prefix: 'config:', before: ['config'], typed: 's' }],
    ['--app=he', { prefix: '--app=', before: ['--app'], typed: 'he' }],
    ['web=2', { prefix: '', before: [], typed: 'web=2' }],
    ['http://x', { prefix: '', before: [], typed: 'http://x' }],
    ['', { prefix: '', before: [], typed: '' }],
  ])('keeps what is before the sign in %s', (typed, split) => expect(splitTyped(typed)).toEqual(split));
});
