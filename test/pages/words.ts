/** The pages' own dictionaries, so that tests press what is there in either language, whatever it is called. */
const folder = new URL('../../apps/dashboard/src/i18n/', import.meta.url);

export type Say = (key: string, values?: Record<string, string>) => string;

export async function wordsOf(language: 'en' | 'zh-CN'): Promise<Say> {
  const module = (await import(new URL(`${language}/index.ts`, folder).href)) as Record<
    string,
    Record<string, string>
  >;
  const dictionary = module[language === 'en' ? 'en' : 'zhCN']!;
  return (key, values = {}) => {
    const text = dictionary[key];
    if (typeof text !== 'string') throw new Error(`The pages have no sentence "${key}" in ${language}.`);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  };
}
