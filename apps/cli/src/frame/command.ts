import type { Context } from './context.js';
import type { ExitName } from './exit-codes.js';
import { usage } from './failure.js';

/** What the shell can complete a value with. */
export type Completes = 'app' | 'team' | 'file' | 'folder' | readonly string[];

export interface OptionSpec {
  type: 'string' | 'boolean' | 'number';
  short?: string;
  /** Name of the value in help: `--message TEXT`. */
  value?: string;
  about: string;
  /** May be given more than once. */
  many?: true;
  completes?: Completes;
}
export type OptionSpecs = Record<string, OptionSpec>;

export interface ArgumentSpec {
  /** Upper case, as help shows it. */
  name: string;
  about: string;
  optional?: true;
  /** The last one may take all that is left. */
  many?: true;
  /** What it looks like, where an app may stand before it and either may be left out. */
  looksLike?: RegExp;
  /** Everything after `--` is its own, and nothing else is while others are left to fill. Only for the last one. */
  afterDashes?: true;
  completes?: Completes;
}

type One<O extends OptionSpec> = O['type'] extends 'boolean'
  ? boolean
  : O['type'] extends 'number'
    ? number
    : string;
type Value<O extends OptionSpec> = O extends { many: true } ? One<O>[] : One<O>;
export type OptionValues<O extends OptionSpecs> = { [K in keyof O]?: Value<O[K]> };

/** What was typed after the command's name, checked against its specs. */
export class Input<O extends OptionSpecs = OptionSpecs> {
  constructor(
    readonly options: OptionValues<O>,
    private readonly values: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** A positional that must be there (the parser has seen to it). */
  argument(name: string): string {
    const value = this.values.get(name)?.[0];
    if (value === undefined) throw usage(`${name} is missing.`);
    return value;
  }

  optional(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
}

export interface CommandSpec<O extends OptionSpecs> {
  /** Words after `berth`: `config set`. */
  name: string;
  /** Other names, whole: `create` for `apps create`. */
  aliases?: readonly string[];
  /** Heading in `berth help`. */
  group: Group;
  /** One line, without a full stop. */
  summary: string;
  /** Paragraphs below it in the command's own help. */
  about?: readonly string[];
  arguments?: readonly ArgumentSpec[];
  options?: O;
  /** Acts on an app: adds `--app`; 'argument': the app may also be the first word. */
  app?: 'option' | 'argument';
  /** Left out of lists: for the shell, not for people. */
  hidden?: true;
  /** Lines to copy, without `berth`, each with what it does. */
  examples: readonly (readonly [line: string, does: string])[];
  /** A number is passed on as it is: the exit code of somebody else's command. */
  run(context: Context, input: Input<O>): Promise<ExitName | number | void>;
}
export type Command = CommandSpec<OptionSpecs>;

export const groups = [
  'Start',
  'Deploy',
  'Apps',
  'Watch',
  'Run',
  'Config and domains',
  'Add-ons',
  'Team and access',
  'More',
] as const;
export type Group = (typeof groups)[number];

/** The one shape of every file below commands/. Keeps the types of the options for `run`, drops them for the list. */
export function command<const O extends OptionSpecs>(spec: CommandSpec<O>): Command {
  return spec as unknown as Command;
}

/** Options that every command takes. */
export const commonOptions = {
  json: {
    type: 'boolean',
    about: 'Print JSON, for programs: one document, or one line per message of a stream',
  },
  team: {
    type: 'string',
    short: 't',
    value: 'TEAM',
    about: 'Team to act in (or BERTH_TEAM)',
    completes: 'team',
  },
  url: { type: 'string', value: 'URL', about: 'Platform to talk to (or BERTH_URL)' },
  help: { type: 'boolean', short: 'h', about: 'Show help' },
} as const satisfies OptionSpecs;

export const appOption = {
  app: {
    type: 'string',
    short: 'a',
    value: 'APP',
    about: 'App to act on (or BERTH_APP, or the git remote of this folder)',
    completes: 'app',
  },
} as const satisfies OptionSpecs;

export const yesOption = {
  yes: { type: 'boolean', short: 'y', about: 'Do it without asking' },
} as const satisfies OptionSpecs;

/** All positionals of a command, the app's among them. */
export function argumentsOf(spec: Command): readonly ArgumentSpec[] {
  const own = spec.arguments ?? [];
  return spec.app === 'argument'
    ? [{ name: 'APP', about: appOption.app.about, optional: true, completes: 'app' }, ...own]
    : own;
}

/** All options of a command, the common ones last. A short name that the command itself takes is its own. */
export function optionsOf(spec: Command): OptionSpecs {
  const taken = new Set(Object.values(spec.options ?? {}).map(({ short }) => short));
  const common = Object.entries({ ...(spec.app && appOption), ...commonOptions } as OptionSpecs).map(
    ([name, option]) => [name, taken.has(option.short) ? { ...option, short: undefined } : option] as const,
  );
  return { ...spec.options, ...Object.fromEntries(common) };
}
