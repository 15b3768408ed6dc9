import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { argumentsOf, groups, optionsOf, type Command } from '../frame/command.js';
import { exitCodes } from '../frame/exit-codes.js';
import { help, usageLine } from '../frame/help.js';
import { parse } from '../frame/parse.js';
import { styleFor } from '../ui/style.js';
import { width } from '../ui/text.js';
import { commands } from './commands.js';

const folder = import.meta.dirname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.includes('/') && file.endsWith('.ts') && !file.endsWith('.test.ts'),
);
const plain = styleFor(false);

describe('every file below commands/', () => {
  it.each(files)('%s is one command, which berth knows', async (file) => {
    const exported = Object.values((await import(join(folder, file))) as Record<string, unknown>);
    expect(exported).toHaveLength(1);
    const [one] = exported;
    // `complete` needs the list that it is part of.
    const command = (
      typeof one === 'function' ? (one as (all: () => Command[]) => Command)(() => []) : one
    ) as Command;
    expect(commands.map(({ name }) => name)).toContain(command.name);
  });

  it('and there is no command without a file', () => {
    expect(commands).toHaveLength(files.length);
  });
});

describe.each(commands.map((command) => [command.name, command] as const))('berth %s', (name, command) => {
  it('has examples that parse as this very command', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const [line] of command.examples) {
      const words = line.replace(/ [<>|] ?.*$/, '').match(/"[^"]*"|\S+/g) ?? [];
      const asked = parse(
        words.map((word) => word.replace(/^"|"$/g, '')),
        commands,
      );
      expect(asked).toMatchObject({ kind: 'run', command: { name } });
    }
  });

  it('has a help that names everything it takes', () => {
    const text = help(name.split(' '), commands, plain, 100).join('\n');
    expect(text).toContain(`berth ${name}`);
    for (const argument of argumentsOf(command)) expect(text).toContain(argument.name);
    for (const option of Object.keys(optionsOf(command))) expect(text).toContain(`--${option}`);
    expect(command.summary).not.toMatch(/\.$/);
    expect(groups).toContain(command.group);
  });

  it.each([40, 80])('has a help that fits into %i columns, but for what is to be copied', (columns) => {
    const copied = [...command.examples.map(([line]) => `berth ${line}`), usageLine(command)];
    const told = help(name.split(' '), commands, plain, columns)
      .map((line) => line.trim())
      .filter((line) => line.includes(' ') && !copied.includes(line) && !line.startsWith('also: '));
    for (const line of told) expect(width(line)).toBeLessThanOrEqual(columns);
  });

  it('shares no short option, no name and no alias with another', () => {
    const shorts = Object.values(optionsOf(command)).flatMap(({ short }) => short ?? []);
    expect(new Set(shorts).size).toBe(shorts.length);
    const others = commands
      .filter((one) => one !== command)
      .flatMap((one) => [one.name, ...(one.aliases ?? [])]);
    for (const mine of [command.name, ...(command.aliases ?? [])]) expect(others).not.toContain(mine);
  });
});

describe('docs/cli.md', () => {
  const docs = readFileSync(join(folder, '../../../../docs/cli.md'), 'utf8');
  /** Cells of the rows of the first table after some text. */
  const tableAfter = (text: string): string[][] => {
    const [, rows = ''] = /\n\|[ |-]+\|\n((?:\|.*\n)+)/.exec(docs.slice(docs.indexOf(text))) ?? [];
    const cells = (row: string): string[] => row.split('|').slice(1, -1);
    return rows
      .trimEnd()
      .split('\n')
      .map((row) => cells(row).map((cell) => cell.trim()));
  };

  it.each(groups)('lists the commands of "%s" as `berth help` does', (group) => {
    const shown = commands.filter((one) => one.group === group && !one.hidden);
    const wanted = shown.map(({ name, summary }) => [`\`berth ${name}\``, summary]);
    expect(tableAfter(`### ${group}\n`)).toEqual(wanted);
  });

  it('lists the exit codes that there are', () => {
    const wanted = Object.values(exitCodes).map(({ code, means }) => [String(code), means]);
    expect(tableAfter('| exit code |')).toEqual(wanted);
  });
});

describe('the app', () => {
  it.each([
    ['scale hello web=2', 'hello', 'PROCESS=COUNT'],
    ['scale hello', 'hello', null],
    ['scale web=2 worker=1', undefined, 'PROCESS=COUNT'],
    ['scale 2', undefined, 'PROCESS=COUNT'],
    ['config set hello A=1 B=2', 'hello', 'KEY=VALUE'],
    ['config set A=1 B=2', undefined, 'KEY=VALUE'],
    ['config unset hello KEY', 'hello', 'KEY'],
    ['config unset KEY OTHER', undefined, 'KEY'],
    ['config unset lower case --app hello', undefined, 'KEY'],
    ['rollback hello v3', 'hello', 'RELEASE'],
    ['rollback v3', undefined, 'RELEASE'],
    ['rollback hello', 'hello', null],
    ['domains add hello www.example.org', 'hello', 'DOMAIN'],
    ['releases diff v3 v4', undefined, 'TO'],
    ['releases diff hello v3 v4', 'hello', 'TO'],
    ['releases diff hello v4', 'hello', 'FROM'],
    ['run hello alpine -- sh', 'hello', 'IMAGE'],
    ['run stack:node -- sh', undefined, 'IMAGE'],
    ['run --app hello alpine -- sh', undefined, 'IMAGE'],
    ['run hello -- sh', 'hello', 'COMMAND'],
    ['timeline 12', undefined, 'NUMBER'],
    ['timeline hello', 'hello', null],
  ])('of `berth %s` is %s', (line, app, filled) => {
    const asked = parse(line.split(' '), commands);
    if (asked.kind !== 'run') throw new Error('This is no command to run.');
    expect(asked.input.optional('APP')).toBe(app);
    if (filled !== null) expect(asked.input.all(filled).length).toBeGreaterThan(0);
  });

  it('is not named twice', () => {
    expect(() => parse(['logs', 'other', '--app', 'hello'], commands)).toThrow('"other"');
  });
});
