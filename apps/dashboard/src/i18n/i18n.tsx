import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { languages, rememberLanguage, type Language } from './languages.ts';
import { translator, type Texts, type Translate } from './translate.ts';

interface I18n {
  language: Language;
  t: Translate;
  setLanguage: (language: Language) => Promise<void>;
}

const I18nContext = createContext<I18n | null>(null);

export interface LoadedLanguage {
  language: Language;
  texts: Texts;
}

/** Gives the page its language; `initial` is loaded before the first paint, so that no text flashes in another one. */
export function I18nProvider({ initial, children }: { initial: LoadedLanguage; children: ReactNode }) {
  const [loaded, setLoaded] = useState(initial);
  const setLanguage = useCallback(async (language: Language) => {
    const texts = await languages[language].load();
    document.documentElement.lang = language;
    rememberLanguage(language);
    setLoaded({ language, texts });
  }, []);
  const value = useMemo<I18n>(
    () => ({
      language: loaded.language,
      t: translator(loaded.texts, loaded.language),
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
