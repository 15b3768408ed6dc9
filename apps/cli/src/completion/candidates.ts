import { argumentsOf, optionsOf, type Command, type Completes } from '../frame/command.js';
import { findCommand } from '../frame/parse.js';

/** A word that may stand there, and what it means, for shells that show that. */
export interface Offer {
  word: string;
  about?: string;
}

/** What the shell should offer: words, or what it knows best itself. */
export type Candidates =
  | { kind: 'words'; offers: readonly Offer[] }
  | { kind: 'ask'; what: 'app' | 'team'; offers: readonly Offer[] }
  | { kind: 'files' }
  | { kind: 'folders' };

/** `config:s` and `--app=he`: what is before the sign stays, what follows it is completed as a word of its own. */
export function splitTyped(typed: string): { prefix: string; before: string[]; typed: string } {
  const [, sign = '', rest = typed] = /^(--[a-z-]+=|[a-z]+:(?!\/\/))(.*)$/.exec(typed) ?? [];
  return { prefix: sign, before: sign === '' ? [] : [sign.slice(0, -1)], typed: rest };
}

/**
 * What may stand in the place of the last of these words (the one being typed, maybe empty). Pure: names of apps and teams are asked
 * for elsewhere.
 */
export function candidates(words: readonly string[], commands: readonly Command[]): Candidates {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = findCommand(before, commands);
  if (found === null) return { kind: 'words', offers: nextWords(before, commands) };
  const { command, rest } = found;
  const specs = optionsOf(command);
  const last = before.at(-1);
  const awaiting = Object.entries(specs).find(
    ([name, { type, short }]) =>
      type !== 'boolean' && (last === `--${name}` || (short && last === `-${short}`)),
  );
  if (awaiting) return fromSpec(awaiting[1].completes);
  if (typed.startsWith('-'))
    return {
      kind: 'words',
      offers: Object.entries(specs).map(([name, { about }]) => ({ word: `--${name}`, about })),
    };
  const more = nextWords(before, commands);
  const positionals = rest.filter((word, index) => !word.startsWith('-') && !isValue(rest[index - 1], specs));
  const list = argumentsOf(command);
  const spec = list[positionals.length] ?? (list.at(-1)?.many ? list.at(-1) : undefined);
  const own = fromSpec(spec?.completes);
  // `config` has a list of its own and commands below it: those first.
  if (own.kind === 'words' || own.kind === 'ask') return { ...own, offers: [...more, ...own.offers] };
  return own;
}

function isValue(option: string | undefined, specs: ReturnType<typeof optionsOf>): boolean {
  if (option === undefined) return false;
  return Object.entries(specs).some(
    ([name, { type, short }]) =>
      type !== 'boolean' && (option === `--${name}` || (short !== undefined && option === `-${short}`)),
  );
}

/** Words that continue a command's name, each with what the command does where it is complete with it. */
function nextWords(before: readonly string[], commands: readonly Command[]): Offer[] {
  const typed = before.filter((word) => !word.startsWith('-'));
  const offers = new Map<string, string | undefined>();
  for (const { name, aliases = [], summary, hidden } of commands) {
    if (hidden) continue;
    for (const one of [name, ...aliases]) {
      const parts = one.split(' ');
      const next = parts[typed.length];
      if (next === undefined || !typed.every((word, index) => parts[index] === word)) continue;
      const about = parts.length === typed.length + 1 ? summary : offers.get(next);
      offers.set(next, about);
    }
  }
  return [...offers]
    .map(([word, about]) => ({ word, about }))
    .toSorted((one, other) => (one.word < other.word ? -1 : 1));
}

function fromSpec(completes: Completes | undefined): Candidates {
  if (completes === undefined) return { kind: 'words', offers: [] };
  if (completes === 'app' || completes === 'team') return { kind: 'ask', what: completes, offers: [] };
  if (completes === 'file') return { kind: 'files' };
  if (completes === 'folder') return { kind: 'folders' };
  return { kind: 'words', offers: completes.map((word) => ({ word })) };
}
