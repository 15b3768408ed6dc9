import type { Dictionary, MessageKey } from './en/index.ts';
import { formatMessage, type Values } from './format.ts';
import type { Language } from './languages.ts';
import type { Teller } from './server-words.ts';

/** A text of the page by its key; `say` and `tell` for what the server says. */
export type Translate = ((key: MessageKey, values?: Values) => string) & Teller;

export function translator(dictionary: Dictionary, language: Language, teller: Teller): Translate {
  // The server may be newer than this page and know words that it does not: show the key rather than nothing.
  const t = (key: MessageKey, values?: Values) => formatMessage(dictionary[key] ?? key, language, values);
  return Object.assign(t, teller);
}
