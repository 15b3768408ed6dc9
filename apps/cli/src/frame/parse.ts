import {
  argumentsOf,
  Input,
  optionsOf,
  type ArgumentSpec,
  type Command,
  type OptionSpec,
  type OptionSpecs,
} from './command.js';
import { nodeUtil } from '../node-modules.js';
import { usage } from './failure.js';
import { didYouMean, suggest } from '#libs/core/suggest.js';
import { meantCommand } from './meant-command.js';

/** What a command line asks for. */
export type Asked =
  | { kind: 'version' }
  | { kind: 'help'; topic: readonly string[] }
  | { kind: 'run'; command: Command; input: Input };

/**
 * Reads a command line. `apps:create` and `apps create` are the same, options may stand before the command's name, and
 * everything after `--` is left alone.
 *
 * @param argv without node and script
 * Throws a Failure with exit `usage`.
 */
export function parse(argv: readonly string[], commands: readonly Command[]): Asked {
  const [first] = argv;
  if (first === '--version' || first === '-V' || first === 'version') return { kind: 'version' };
  if (first === undefined || first === '--help' || first === '-h')
    return { kind: 'help', topic: argv.slice(1) };
  if (first === 'help') return { kind: 'help', topic: wordsOf(argv.slice(1)) };
  const found = findCommand(argv, commands);
  if (found === null) return unknown(argv, commands);
  const { command, rest } = found;
  const { values, positionals, after } = readOptions(command, rest);
  if (values['help'] === true) return { kind: 'help', topic: command.name.split(' ') };
  const words = readArguments(
    command,
    { positionals, after, appNamed: values['app'] !== undefined },
    commands,
  );
  return { kind: 'run', command, input: new Input(values, words) };
}

/** The command that the leading words name: the longest name wins, so `config set` before `config`. */
export function findCommand(
  argv: readonly string[],
  commands: readonly Command[],
): { command: Command; rest: string[] } | null {
  const { words, used } = leadingWords(argv);
  for (let length = Math.min(words.length, 3); length > 0; length--) {
    const name = words.slice(0, length).join(' ');
    const command = commands.find((one) => one.name === name || one.aliases?.includes(name));
    if (!command) continue;
    const taken = new Set(used.slice(0, length));
    // `apps:create` is one word on the command line, whose parts are two here.
    return { command, rest: argv.filter((_, index) => !taken.has(index)) };
  }
  return null;
}

/** Words before the first that only a command can understand, with the place of each in argv. */
function leadingWords(argv: readonly string[]): { words: string[]; used: number[] } {
  const words: string[] = [];
  const used: number[] = [];
  const common = new Set(['-a', '--app', '-t', '--team', '--url']);
  for (let index = 0; index < argv.length && words.length < 3; index++) {
    const word = argv[index] as string;
    if (word === '--') break;
    if (common.has(word)) index++;
    else if (!word.startsWith('-')) {
      for (const part of words.length === 0 ? wordsOf([word]) : [word]) {
        words.push(part);
        used.push(index);
      }
    }
  }
  return { words, used };
}

function wordsOf(argv: readonly string[]): string[] {
  return argv.filter((word) => !word.startsWith('-')).flatMap((word) => word.split(':').filter(Boolean));
}

function unknown(argv: readonly string[], commands: readonly Command[]): Asked {
  const words = leadingWords(argv).words;
  const [noun = ''] = words;
  const below = commands.filter(({ name, hidden }) => !hidden && name.startsWith(`${noun} `));
  if (below.length > 0) {
    const [, verb] = words;
    if (argv.includes('--help') || argv.includes('-h') || verb === undefined)
      return { kind: 'help', topic: [noun] };
    const verbs = below.map(({ name }) => name.slice(noun.length + 1));
    throw usage(`\`berth ${noun}\` has no command \`${verb}\`.`, [
      didYouMean(verb, verbs) ?? `It has: ${verbs.join(', ')}.`,
      `\`berth help ${noun}\` tells more.`,
    ]);
  }
  const typed = words.slice(0, 2).join(' ') || (argv[0] as string);
  const names = commands
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, aliases = [] }) => [name, name.split(' ')[0] as string, ...aliases]);
  const meant = [didYouMean(typed, names) ?? didYouMean(noun, names), '`berth help` lists all commands.'];
  throw usage(
    `There is no command \`${typed}\`.`,
    meant.filter((line) => line !== null),
  );
}

/** Splits what follows the command's name into options and the rest. */
function readOptions(
  command: Command,
  argv: readonly string[],
): { values: Record<string, never>; positionals: string[]; after: string[] } {
  const specs = optionsOf(command);
  const { tokens } = nodeUtil().parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { type, short }]) => [
        name,
        { type: type === 'boolean' ? 'boolean' : 'string', ...(short !== undefined && { short }) } as const,
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values: Record<string, unknown> = {};
  const positionals: string[] = [];
  /** What stands after `--`. */
  const after: string[] = [];
  let into = positionals;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') into = after;
    else if (token.kind === 'positional') into.push(token.value);
    else if (token.kind === 'option') {
      const spec = specs[token.name];
      if (!spec) throw unknownOption(command, token.rawName, specs);
      const value = readValue(token.rawName, spec, token.value, token.inlineValue === true);
      values[token.name] = spec.many ? [...((values[token.name] as unknown[]) ?? []), value] : value;
    }
  }
  return { values: values as Record<string, never>, positionals, after };
}

function readValue(
  name: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean,
): string | number | boolean {
  if (spec.type === 'boolean') {
    if (value !== undefined) throw usage(`${name} takes no value.`);
    return true;
  }
  if (value === undefined || (!inline && /^-./.test(value) && spec.type === 'string'))
    throw usage(`${name} needs a value: ${name} ${spec.value ?? 'VALUE'}.`, [
      ...(value === undefined ? [] : [`A value that starts with a hyphen is written ${name}=${value}.`]),
    ]);
  if (spec.type === 'string') return value;
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw usage(`${name} needs a number, not "${value}".`);
  return Number(value);
}

function unknownOption(command: Command, typed: string, specs: OptionSpecs): Error {
  const names = Object.keys(specs).map((name) => `--${name}`);
  return usage(`\`berth ${command.name}\` has no option ${typed}.`, [
    ...(typed.startsWith('--') && suggest(typed, names).length > 0
      ? [didYouMean(typed, names) as string]
      : [`It has: ${names.join(', ')}.`]),
    `\`berth ${command.name} --help\` tells more.`,
  ]);
}

/** Gives each positional its name. Too many or too few are told apart here, once for all commands. */
function readArguments(
  command: Command,
  {
    positionals: before,
    after,
    appNamed,
  }: { positionals: readonly string[]; after: readonly string[]; appNamed: boolean },
  commands: readonly Command[],
): Map<string, string[]> {
  const all = argumentsOf(command);
  const last = all.at(-1);
  const values = new Map<string, string[]>();
  // With `--` the last one has what follows it, and the words before are for the others.
  const own = last?.afterDashes === true && after.length > 0 ? last : null;
  if (own !== null) values.set(own.name, [...after]);
  const specs = own === null ? all : all.slice(0, -1);
  const positionals = own === null ? [...before, ...after] : before;
  let next = 0;
  for (const [index, spec] of specs.entries()) {
    const neededAfter = specs.slice(index + 1).filter(({ optional }) => !optional).length;
    const left = positionals.length - next;
    if (spec.optional && left <= neededAfter) continue;
    if (appNamed && index === 0 && command.app === 'argument') continue;
    if (specs[index + 1]?.looksLike?.test(positionals[next] ?? '')) continue;
    if (left === 0) throw missing(command, spec);
    const take = spec.many ? left - neededAfter : 1;
    values.set(spec.name, positionals.slice(next, next + take));
    next += take;
  }
  if (next < positionals.length) {
    const names = commands.map(({ name }) => name);
    throw usage(`\`berth ${command.name}\` does not know what to do with "${positionals[next]}".`, [
      ...[meantCommand(command.name, positionals[0] ?? '', names)].filter((line) => line !== null),
      `\`berth ${command.name} --help\` tells what it takes.`,
    ]);
  }
  return values;
}

function missing(command: Command, spec: ArgumentSpec): Error {
  const [example] = command.examples;
  return usage(`${spec.name} is missing: ${spec.about}.`, [
    ...(example ? [`For example: \`berth ${example[0]}\``] : []),
    `\`berth ${command.name} --help\` tells more.`,
  ]);
}
