import type { Dictionary, MessageKey } from './en/index.ts';
import { formatMessage, type Values } from './format.ts';
import type { Language } from './languages.ts';
import { tellerOf, type ServerWords, type Teller } from './server-words.ts';

/** The texts of one language: the page's own, and how the server's sentences are said in it (null: they are of this language). */
export interface Texts {
  dictionary: Dictionary;
  server: ServerWords | null;
}

/** A text of the page by its key; `say` and `tell` for what the server says. */
export type Translate = ((key: MessageKey, values?: Values) => string) & Teller;

export function translator({ dictionary, server }: Texts, language: Language): Translate {
  // The server may be newer than this page and know words that it does not: show the key rather than nothing.
  const t = (key: MessageKey, values?: Values) => formatMessage(dictionary[key] ?? key, language, values);
  return Object.assign(t, tellerOf(server));
}
