import type { Dictionary, MessageKey } from './en/index.ts';
import { formatMessage, type Values } from './format.ts';
import type { Language } from './languages.ts';
import type { Teller } from './server-words.ts';

/** A text of the page by its key; `has`: is this one? `say` and `tell` for what the server says. */
export type Translate = ((key: MessageKey, values?: Values) => string) &
  Teller & { has: (key: string) => key is MessageKey };

export function translator(dictionary: Dictionary, language: Language, teller: Teller): Translate {
  // The server may be newer than this page and know words that it does not: show the key rather than nothing.
  const t = (key: MessageKey, values?: Values) => formatMessage(dictionary[key] ?? key, language, values);
  const has = (key: string): key is MessageKey => Object.hasOwn(dictionary, key);
  return Object.assign(t, teller, { has });
}
