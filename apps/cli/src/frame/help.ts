import { appOption, argumentsOf, commonOptions, groups, type Command, type OptionSpecs } from './command.js';
import { exitCodes } from './exit-codes.js';
import { usage } from './failure.js';
import { didYouMean } from '#libs/core/suggest.js';
import type { Style } from '../ui/style.js';
import { pad, width, wrap } from '../ui/text.js';

const MARGIN = '  ';
/** Where fewer columns are left for what is said of a word, it stands below the word. */
const LEAST_BESIDE = 28;

/** How help is drawn. */
interface Look {
  style: Style;
  columns: number;
}

/** Help on a topic: all commands, a noun's commands, one command, or exit codes. Pure: gives lines. */
export function help(
  topic: readonly string[],
  commands: readonly Command[],
  style: Style,
  columns: number,
): string[] {
  const look = { style, columns };
  const name = topic.join(' ');
  if (name === '') return overview(commands, look);
  if (name === 'exit-codes') return exitCodeHelp(look);
  const exact = commands.find((one) => one.name === name || one.aliases?.includes(name));
  const below = commands.filter((one) => !one.hidden && one.name.startsWith(`${name} `));
  if (exact) return [...commandHelp(exact, look), ...(below.length > 0 ? nounHelp(below, look) : [])];
  if (below.length > 0) return [`${style.bold(`berth ${name}`)} COMMAND`, ...nounHelp(below, look)];
  throw usage(`There is no help on \`${name}\`.`, [
    didYouMean(
      name,
      commands.map((one) => one.name),
    ) ?? '`berth help` lists all commands.',
  ]);
}

function overview(commands: readonly Command[], look: Look): string[] {
  const { style, columns } = look;
  const shown = commands.filter(({ hidden }) => !hidden);
  const widest = Math.max(...shown.map(({ name }) => name.length));
  return [
    ...wrap(
      `${style.bold('berth')} COMMAND [options]    your apps on your own platform, from a terminal`,
      columns,
    ),
    ...groups.flatMap((group) => {
      const ofGroup = shown.filter((one) => one.group === group);
      return ['', style.bold(group), ...rows(ofGroup.map(summaryRow), look, widest)];
    }),
    '',
    'For example',
    ...rows(
      [
        ['berth login', 'sign in'],
        ['berth deploy --create', 'put this folder online, as an app named after it'],
        ['berth logs -f', 'see what it prints'],
      ],
      look,
    ),
    '',
    ...wrap(
      '`berth COMMAND --help` tells more about one, with examples; `berth help exit-codes` lists what $? may be.',
      columns,
    ),
    ...wrap(
      'Every command takes --json, --url and --team. `apps:create` is the same as `apps create`.',
      columns,
    ),
  ];
}

function nounHelp(below: readonly Command[], look: Look): string[] {
  return section('Commands', below.map(summaryRow), look);
}

function commandHelp(command: Command, look: Look): string[] {
  const { style, columns } = look;
  return [
    ...wrap(`${command.summary}.`, columns),
    ...(command.about ?? []).flatMap((paragraph) => ['', ...wrap(paragraph, columns)]),
    '',
    style.bold('Usage'),
    `${MARGIN}${usageLine(command)}`,
    ...(command.aliases
      ? [`${MARGIN}also: ${command.aliases.map((alias) => `berth ${alias}`).join(', ')}`]
      : []),
    ...section('Arguments', argumentRows(command), look),
    ...section('Options', optionRows({ ...command.options, ...(command.app && appOption) }), look),
    ...section('Options of every command', optionRows(commonOptions), look),
    ...section(
      'Examples',
      command.examples.map(([line, does]) => [`berth ${line}`, does]),
      look,
    ),
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

/** A word, and what is said of it. */
type Row = [word: string, said: string];

function summaryRow({ name, summary }: Command): Row {
  return [name, summary];
}

function argumentRows(command: Command): Row[] {
  return argumentsOf(command).map(({ name, about }) => [name, about]);
}

function optionRows(specs: OptionSpecs): Row[] {
  return Object.entries(specs).map(([name, { short, value, type, about, many }]) => [
    `${short === undefined ? '    ' : `-${short}, `}--${name}${type === 'boolean' ? '' : ` ${value ?? 'VALUE'}`}`,
    many ? `${about} (again for more)` : about,
  ]);
}

function exitCodeHelp(look: Look): string[] {
  const codes = Object.values(exitCodes);
  return section(
    'Exit codes',
    codes.map(({ code, means }) => [String(code).padStart(3), means]),
    look,
  ).slice(1);
}

function section(title: string, list: readonly Row[], look: Look): string[] {
  return list.length === 0 ? [] : ['', look.style.bold(title), ...rows(list, look)];
}

/** Words with what is said of them beside them; below them where there is no room for that. Words are never broken: they are there to be copied. */
function rows(
  list: readonly Row[],
  { style, columns }: Look,
  widest = Math.max(...list.map(([word]) => width(word))),
): string[] {
  const room = columns - widest - 2 * MARGIN.length;
  const beside = room >= LEAST_BESIDE;
  return list.flatMap(([word, said]) => {
    const lines = wrap(said, beside ? room : columns - 3 * MARGIN.length);
    if (!beside)
      return [`${MARGIN}${style.cyan(word)}`, ...lines.map((line) => `${MARGIN.repeat(3)}${line}`)];
    return lines.map((line, index) =>
      index === 0
        ? `${MARGIN}${style.cyan(pad(word, widest))}${MARGIN}${line}`
        : `${MARGIN}${' '.repeat(widest)}${MARGIN}${line}`,
    );
  });
}
