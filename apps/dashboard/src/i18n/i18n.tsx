import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import type { Dictionary } from './en/index.ts';
import { languages, rememberLanguage, type Language } from './languages.ts';
import { plainTeller, tellerOf, type Teller } from './server-words.ts';
import { translator, type Translate } from './translate.ts';

interface I18n {
  language: Language;
  t: Translate;
  setLanguage: (language: Language) => Promise<void>;
}

const I18nContext = createContext<I18n | null>(null);

interface LoadedLanguage {
  language: Language;
  dictionary: Dictionary;
}

/** Gives the page its language; `initial` is loaded before the first paint, so that no text flashes in another one. */
export function I18nProvider({ initial, children }: { initial: LoadedLanguage; children: ReactNode }) {
  const [loaded, setLoaded] = useState(initial);
  const teller = useTeller(loaded.language);
  const setLanguage = useCallback(async (language: Language) => {
    const dictionary = await languages[language].load();
    document.documentElement.lang = language;
    rememberLanguage(language);
    setLoaded({ language, dictionary });
  }, []);
  const value = useMemo<I18n>(
    () => ({
      language: loaded.language,
      t: translator(loaded.dictionary, loaded.language, teller),
      setLanguage,
    }),
    [loaded, teller, setLanguage],
  );
  return <I18nContext value={value}>{children}</I18nContext>;
}

/** Most pages show nothing that the server said: how to say it is loaded once there is something to say, which then is said anew. */
function useTeller(language: Language): Teller {
  const [tellers, setTellers] = useState<Partial<Record<Language, Teller>>>({});
  const plain = useMemo(
    () =>
      plainTeller(async () => {
        const words = await languages[language].loadServerWords();
        if (words !== null) setTellers((before) => ({ ...before, [language]: tellerOf(words) }));
      }),
    [language],
  );
  return tellers[language] ?? plain;
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
