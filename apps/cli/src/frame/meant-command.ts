import { suggest } from '#libs/core/suggest.js';

/** `config sett`: "sett" was read as an app, but probably a command was meant. */
export function meantCommand(noun: string, word: string, names: readonly string[]): string | null {
  const below = names
    .filter((name) => name.startsWith(`${noun} `))
    .map((name) => name.slice(noun.length + 1));
  const [found] = suggest(word, below, 1);
  return found === undefined ? null : `Did you mean \`berth ${noun} ${found}\`?`;
}
