import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import type { Dictionary, MessageKey } from './en/index.ts';
import { formatMessage, type Values } from './format.ts';
import { languages, rememberLanguage, type Language } from './languages.ts';

export type Translate = (key: MessageKey, values?: Values) => string;

interface I18n {
  language: Language;
  t: Translate;
  setLanguage: (language: Language) => Promise<void>;
}

const I18nContext = createContext<I18n | null>(null);

export interface LoadedLanguage {
  language: Language;
  dictionary: Dictionary;
}

/** Gives the page its language; `initial` is loaded before the first paint, so that no text flashes in another one. */
export function I18nProvider({ initial, children }: { initial: LoadedLanguage; children: ReactNode }) {
  const [loaded, setLoaded] = useState(initial);
  const setLanguage = useCallback(async (language: Language) => {
    const dictionary = await languages[language].load();
    document.documentElement.lang = language;
    rememberLanguage(language);
    setLoaded({ language, dictionary });
  }, []);
  const value = useMemo<I18n>(
    () => ({
      language: loaded.language,
      // The server may be newer than this page and know words that it does not: show the key rather than nothing.
      t: (key, values) => formatMessage(loaded.dictionary[key] ?? key, loaded.language, values),
      setLanguage,
    }),
    [loaded, setLanguage],
  );
  return <I18nContext value={value}>{children}</I18nContext>;
}

export function useI18n(): I18n {
  const value = use(I18nContext);
  if (value === null) throw new Error('useI18n is used outside of I18nProvider.');
  return value;
}

/** The translate function alone. */
export function useT(): Translate {
  return useI18n().t;
}
