import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../i18n/i18n.tsx';
import { languages } from '../i18n/languages.ts';
import { sayer, type Teller } from '../i18n/server-words.ts';

const asItIs: Teller['say'] = (text) => text;

/** Says what a plan and a build say of themselves in the language of the page; as it is until that was loaded. */
export function useBuildWords(): Teller['say'] {
  const { language } = useI18n();
  const { data } = useQuery({
    queryKey: ['build words', language],
    queryFn: async () => ({ say: sayer(await languages[language].loadBuildWords()) }),
    staleTime: Infinity,
  });
  return data?.say ?? asItIs;
}
