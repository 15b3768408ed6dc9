import { argumentsOf, optionsOf, type Command, type Completes } from '../frame/command.js';
import { findCommand } from '../frame/parse.js';

/** What the shell should offer: words, or what it knows best itself. */
export type Candidates =
  | { kind: 'words'; words: readonly string[] }
  | { kind: 'ask'; what: 'app' | 'team'; words: readonly string[] }
  | { kind: 'files' }
  | { kind: 'folders' };

const nothing: Candidates = { kind: 'words', words: [] };

/**
 * What may stand in the place of the last of these words (the one being typed, maybe empty). Pure: names of apps and teams are asked
 * for elsewhere.
 */
export function candidates(words: readonly string[], commands: readonly Command[]): Candidates {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = findCommand(before, commands);
  if (found === null) return { kind: 'words', words: nextWords(before, commands) };
  const { command, rest } = found;
  const specs = optionsOf(command);
  const last = before.at(-1);
  const awaiting = Object.entries(specs).find(
    ([name, { type, short }]) =>
      type !== 'boolean' && (last === `--${name}` || (short && last === `-${short}`)),
  );
  if (awaiting) return fromSpec(awaiting[1].completes);
  if (typed.startsWith('-')) return { kind: 'words', words: Object.keys(specs).map((name) => `--${name}`) };
  const more = nextWords(before, commands);
  const positionals = rest.filter((word, index) => !word.startsWith('-') && !isValue(rest[index - 1], specs));
  const list = argumentsOf(command);
  const spec = list[positionals.length] ?? (list.at(-1)?.many ? list.at(-1) : undefined);
  const own = fromSpec(spec?.completes);
  // `config` has a list of its own and commands below it: those first.
  if (own.kind === 'words' || own.kind === 'ask') return { ...own, words: [...more, ...own.words] };
  return own;
}

function isValue(option: string | undefined, specs: ReturnType<typeof optionsOf>): boolean {
  if (option === undefined) return false;
  return Object.entries(specs).some(
    ([name, { type, short }]) =>
      type !== 'boolean' && (option === `--${name}` || (short !== undefined && option === `-${short}`)),
  );
}

/** Words that continue a command's name. */
function nextWords(before: readonly string[], commands: readonly Command[]): string[] {
  const typed = before.filter((word) => !word.startsWith('-'));
  const names = commands
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const next = names
    .map((name) => name.split(' '))
    .filter((parts) => parts.length > typed.length && typed.every((word, index) => parts[index] === word))
    .map((parts) => parts[typed.length] as string);
  return [...new Set(next)].toSorted();
}

function fromSpec(completes: Completes | undefined): Candidates {
  if (completes === undefined) return nothing;
  if (completes === 'app' || completes === 'team') return { kind: 'ask', what: completes, words: [] };
  if (completes === 'file') return { kind: 'files' };
  return completes === 'folder' ? { kind: 'folders' } : { kind: 'words', words: completes };
}
