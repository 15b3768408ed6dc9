import { useI18n } from '../i18n/i18n.tsx';
import type { Language } from '../i18n/languages.ts';
import { useNotify } from '../ui/notices.tsx';

/** Changes the language of the page, and says so where its texts cannot be loaded. */
export function useChooseLanguage(): (language: Language) => void {
  const { setLanguage, t } = useI18n();
  const notify = useNotify();
  return (language) => {
    setLanguage(language).catch(() => notify(t('preferences.languageLost'), 'bad'));
  };
}
