import { useState } from 'react';
import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useI18n } from '../i18n/i18n.tsx';
import { languages, type Language } from '../i18n/languages.ts';
import { chooseTheme, chosenTheme, type Theme } from '../theme/theme.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuChoices, MenuLabel } from '../ui/menu.tsx';
import { useChooseLanguage } from './use-choose-language.ts';

const languageOptions = (Object.keys(languages) as Language[]).map((value) => ({
  value,
  label: languages[value].name,
}));

export function LanguageChoices() {
  const { language, t } = useI18n();
  const choose = useChooseLanguage();
  return (
    <>
      <MenuLabel>{t('preferences.language')}</MenuLabel>
      <MenuChoices value={language} onChange={choose} options={languageOptions} />
    </>
  );
}

export function ThemeChoices() {
  const { t } = useI18n();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const change = (value: Theme) => {
    chooseTheme(value);
    setTheme(value);
  };
  return (
    <>
      <MenuLabel>{t('preferences.theme')}</MenuLabel>
      <MenuChoices
        value={theme}
        onChange={change}
        options={[
          { value: 'light', label: t('preferences.light'), icon: <Sun aria-hidden /> },
          { value: 'dark', label: t('preferences.dark'), icon: <Moon aria-hidden /> },
          { value: 'system', label: t('preferences.system'), icon: <Monitor aria-hidden /> },
        ]}
      />
    </>
  );
}

/** For pages outside of the shell. */
export function LanguageSwitch() {
  const { language } = useI18n();
  return (
    <Menu
      trigger={
        <Button look="quiet" small>
          <Languages aria-hidden /> {languages[language].name}
        </Button>
      }
    >
      <LanguageChoices />
    </Menu>
  );
}

export function ThemeSwitch() {
  const { t } = useI18n();
  return (
    <Menu
      trigger={
        <Button look="quiet" small>
          <Sun aria-hidden /> {t('preferences.theme')}
        </Button>
      }
    >
      <ThemeChoices />
    </Menu>
  );
}
