import { describe, expect, it } from 'vitest';
import { command, type Command } from './command.js';
import { Failure } from './failure.js';
import { parse } from './parse.js';

const nothing = async (): Promise<void> => undefined;
const base = { group: 'More', summary: 's', examples: [['x', 'y']], run: nothing } as const;
const commands: Command[] = [
  command({ ...base, name: 'config', app: 'argument' }),
  command({
    ...base,
    name: 'config set',
    app: 'option',
    arguments: [{ name: 'KEY=VALUE', about: 'a variable', many: true }],
  }),
  command({
    ...base,
    name: 'logs',
    aliases: ['log'],
    app: 'argument',
    options: {
      tail: { type: 'number', short: 'n', about: 'lines' },
      follow: { type: 'boolean', short: 'f', about: 'go on' },
      message: { type: 'string', short: 'm', about: 'text' },
      tag: { type: 'string', about: 'tags', many: true },
    },
  }),
  command({
    ...base,
    name: 'move',
    arguments: [
      { name: 'FROM', about: 'where from', optional: true },
      { name: 'TO', about: 'where to' },
    ],
  }),
];

function run(...argv: string[]): {
  name: string;
  options: Record<string, unknown>;
  values: (name: string) => readonly string[];
} {
  const asked = parse(argv, commands);
  if (asked.kind !== 'run') throw new Error(`not a run but ${asked.kind}`);
  return {
    name: asked.command.name,
    options: asked.input.options,
    values: (name) => asked.input.all(name),
  };
}

function refusal(...argv: string[]): Failure {
  try {
    parse(argv, commands);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('was not refused');
}

describe('a command line', () => {
  it('means the longest command that its words name, written with a space or a colon', () => {
    expect(run('config', 'set', 'A=1').name).toBe('config set');
    expect(run('config:set', 'A=1').values('KEY=VALUE')).toEqual(['A=1']);
    expect(run('config', 'hello').values('APP')).toEqual(['hello']);
    expect(run('log').name).toBe('logs');
  });

  it('takes options before, between and after the words', () => {
    expect(run('--app', 'shop', 'config', 'set', 'A=1', 'B=2')).toMatchObject({ options: { app: 'shop' } });
    const { options, values } = run('logs', '-n', '5', 'hello', '-f', '--tag', 'a', '--tag=b');
    expect(options).toEqual({ tail: 5, follow: true, tag: ['a', 'b'] });
    expect(values('APP')).toEqual(['hello']);
  });

  it('leaves what stands behind -- alone', () => {
    expect(run('config', 'set', '--', '--weird=1').values('KEY=VALUE')).toEqual(['--weird=1']);
  });

  it('gives what is left to the argument that must be there', () => {
    expect(run('move', 'b').values('TO')).toEqual(['b']);
    const both = run('move', 'a', 'b');
    expect([both.values('FROM'), both.values('TO')]).toEqual([['a'], ['b']]);
  });

  it('takes a value that starts with a hyphen when it is joined', () => {
    expect(run('logs', '--message=-x').options).toEqual({ message: '-x' });
    expect(refusal('logs', '--message', '-f').todo.join()).toContain('--message=-f');
  });

  it.each([
    [['lgos'], 'Did you mean `logs`'],
    [['config', 'sett', 'A=1'], 'Did you mean `berth config set`'],
    [['logs', '--folow'], 'Did you mean `--follow`'],
    [['logs', '--tail', 'many'], 'needs a number'],
    [['logs', '--follow=yes'], 'takes no value'],
    [['logs', 'a', 'b'], 'does not know what to do with "b"'],
    [['config', 'set'], 'KEY=VALUE is missing'],
    [['logs', '--message'], 'needs a value'],
  ])('%j is refused with help', (argv, words) => {
    const failure = refusal(...argv);
    expect(failure.exit).toBe('usage');
    expect([failure.message, ...failure.todo].join('\n')).toContain(words);
  });

  it('asks for help and version in every usual way', () => {
    for (const argv of [[], ['-h'], ['--help'], ['help']]) expect(parse(argv, commands).kind).toBe('help');
    expect(parse(['logs', '--help'], commands)).toEqual({ kind: 'help', topic: ['logs'] });
    expect(parse(['help', 'config:set'], commands)).toEqual({ kind: 'help', topic: ['config', 'set'] });
    for (const word of ['--version', '-V', 'version']) expect(parse([word], commands).kind).toBe('version');
  });
});
