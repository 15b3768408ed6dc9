import { appOption, argumentsOf, commonOptions, groups, type Command, type OptionSpecs } from './command.js';
import { exitCodes } from './exit-codes.js';
import { usage } from './failure.js';
import { didYouMean } from '#libs/core/suggest.js';
import type { Style } from '../ui/style.js';
import { pad, wrap } from '../ui/text.js';

const MARGIN = '  ';

/** Help on a topic: all commands, a noun's commands, one command, or exit codes. Pure: gives lines. */
export function help(
  topic: readonly string[],
  commands: readonly Command[],
  style: Style,
  columns: number,
): string[] {
  const name = topic.join(' ');
  if (name === '') return overview(commands, style);
  if (name === 'exit-codes') return exitCodeHelp(style);
  const exact = commands.find((one) => one.name === name || one.aliases?.includes(name));
  const below = commands.filter((one) => !one.hidden && one.name.startsWith(`${name} `));
  if (exact)
    return [...commandHelp(exact, style, columns), ...(below.length > 0 ? nounHelp(below, style) : [])];
  if (below.length > 0) return [`${style.bold(`berth ${name}`)} COMMAND`, ...nounHelp(below, style)];
  throw usage(`There is no help on \`${name}\`.`, [
    didYouMean(
      name,
      commands.map((one) => one.name),
    ) ?? '`berth help` lists all commands.',
  ]);
}

function overview(commands: readonly Command[], style: Style): string[] {
  const shown = commands.filter(({ hidden }) => !hidden);
  const widest = Math.max(...shown.map(({ name }) => name.length));
  return [
    `${style.bold('berth')} COMMAND [options]    your apps on your own platform, from a terminal`,
    ...groups.flatMap((group) => [
      '',
      style.bold(group),
      ...shown
        .filter((one) => one.group === group)
        .map(({ name, summary }) => `${MARGIN}${style.cyan(pad(name, widest))}  ${summary}`),
    ]),
    '',
    'For example',
    `${MARGIN}berth login                      sign in`,
    `${MARGIN}berth deploy --create            put this folder online, as an app named after it`,
    `${MARGIN}berth logs -f                    see what it prints`,
    '',
    '`berth COMMAND --help` tells more about one, with examples; `berth help exit-codes` lists what $? may be.',
    'Every command takes --json, --url and --team. `apps:create` is the same as `apps create`.',
  ];
}

function nounHelp(below: readonly Command[], style: Style): string[] {
  const widest = Math.max(...below.map(({ name }) => name.length));
  return [
    '',
    style.bold('Commands'),
    ...below.map(({ name, summary }) => `${MARGIN}${style.cyan(pad(name, widest))}  ${summary}`),
  ];
}

function commandHelp(command: Command, style: Style, columns: number): string[] {
  return [
    `${command.summary}.`,
    ...(command.about ?? []).flatMap((paragraph) => ['', ...wrap(paragraph, columns)]),
    '',
    style.bold('Usage'),
    `${MARGIN}${usageLine(command)}`,
    ...(command.aliases
      ? [`${MARGIN}also: ${command.aliases.map((alias) => `berth ${alias}`).join(', ')}`]
      : []),
    ...section('Arguments', argumentLines(command), style, columns),
    ...section('Options', optionLines({ ...command.options, ...(command.app && appOption) }), style, columns),
    ...section('Options of every command', optionLines(commonOptions), style, columns),
    '',
    style.bold('Examples'),
    ...exampleLines(command, style),
  ];
}

/** `berth config set KEY=VALUE… [options]`. */
export function usageLine(command: Command): string {
  const words = argumentsOf(command).map(({ name, optional, many }) => {
    const shown = many ? `${name}…` : name;
    return optional ? `[${shown}]` : shown;
  });
  return ['berth', command.name, ...words, '[options]'].join(' ');
}

type Row = [left: string, right: string];

function argumentLines(command: Command): Row[] {
  return argumentsOf(command).map(({ name, about }) => [name, about]);
}

function optionLines(specs: OptionSpecs): Row[] {
  return Object.entries(specs).map(([name, { short, value, type, about, many }]) => [
    `${short === undefined ? '    ' : `-${short}, `}--${name}${type === 'boolean' ? '' : ` ${value ?? 'VALUE'}`}`,
    many ? `${about} (again for more)` : about,
  ]);
}

function section(title: string, rows: readonly Row[], style: Style, columns: number): string[] {
  if (rows.length === 0) return [];
  const widest = Math.max(...rows.map(([left]) => left.length));
  return [
    '',
    style.bold(title),
    ...rows.flatMap(([left, right]) =>
      wrap(right, Math.max(30, columns - widest - 4)).map(
        (line, index) => `${MARGIN}${pad(index === 0 ? left : '', widest)}  ${line}`,
      ),
    ),
  ];
}

function exampleLines({ examples }: Command, style: Style): string[] {
  const widest = Math.max(...examples.map(([line]) => line.length));
  return examples.map(([line, does]) => `${MARGIN}berth ${pad(line, widest)}  ${style.dim(does)}`);
}

function exitCodeHelp(style: Style): string[] {
  return [
    style.bold('Exit codes'),
    ...Object.values(exitCodes).map(({ code, means }) => `${MARGIN}${String(code).padStart(3)}  ${means}`),
  ];
}
