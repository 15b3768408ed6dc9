import { patiently } from '../client/patiently.ts';
import { en } from './en/index.ts';
import type { Texts } from './translate.ts';

/** Languages of the pages. English is part of the first load; others come when chosen. */
export const languages = {
  en: { name: 'English', load: () => Promise.resolve({ dictionary: en, server: null }) },
  'zh-CN': {
    name: '简体中文',
    load: async () => (await patiently(() => import('./zh-CN/texts.ts'))).texts,
  },
} as const satisfies Record<string, { name: string; load: () => Promise<Texts> }>;
export type Language = keyof typeof languages;

const KEY = 'berth.language';

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(languages, value);
}

/** The remembered language, else the first of the browser's that we speak, else English. */
export function preferredLanguage(): Language {
  try {
    const stored = localStorage.getItem(KEY);
    if (isLanguage(stored)) return stored;
  } catch {
    // Storage is off.
  }
  for (const tag of navigator.languages) {
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage is off: the choice lasts until the page is left.
  }
}
