import { patiently } from '../client/patiently.ts';
import type { Dictionary } from './en/index.ts';
import type { Sentences, ServerWords } from './server-words.ts';

interface LanguageParts {
  name: string;
  load: () => Promise<Dictionary>;
  /** How the server's sentences are said; null: they are of this language. */
  loadServerWords: () => Promise<ServerWords | null>;
  /** How plans and builds speak of themselves is said. */
  loadBuildWords: () => Promise<Sentences>;
}

/** Languages of the pages. Each is loaded when it is the one to show, so that nobody loads two. */
export const languages = {
  en: {
    name: 'English',
    load: async () => (await patiently(() => import('./en/index.ts'))).en,
    loadServerWords: () => Promise.resolve(null),
    loadBuildWords: () => Promise.resolve({}),
  },
  'zh-CN': {
    name: '简体中文',
    load: async () => (await patiently(() => import('./zh-CN/index.ts'))).zhCN,
    loadServerWords: async () => (await patiently(() => import('./zh-CN/server-words.ts'))).serverWords,
    loadBuildWords: async () => (await patiently(() => import('./zh-CN/plans.ts'))).plans,
  },
} as const satisfies Record<string, LanguageParts>;
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
