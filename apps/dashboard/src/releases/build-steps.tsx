import type { BuildView } from '#libs/contracts/api/deployments.js';
import { useT } from '../i18n/i18n.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { Duration } from '../ui/time.tsx';
import { useBuildWords } from './use-build-words.ts';

/** Each step with its time, or why it was not in the cache; and the limits of the build with what it used of them. */
export function BuildSteps({ build: { steps, limits, usage } }: { build: BuildView }) {
  const t = useT();
  const say = useBuildWords();
  if (limits === null) return null;
  const of = (used: number | null | undefined) => used ?? '–';
  return (
    <Card title={t('build.limits')} about={t('build.limitsAbout')}>
      <ul className="mb-4 divide-y divide-line text-sm">
        {steps?.map(({ title, cached, ms, whyNot }, index) => (
          <li key={index} className="py-1.5 first:pt-0">
            <span className="flex flex-wrap justify-between gap-x-4">
              <code className="min-w-0 wrap-anywhere">{title}</code>
              <span className="text-ink-soft">{cached ? t('build.cached') : <Duration ms={ms} />}</span>
            </span>
            {whyNot && <span className="text-ink-soft">{say(whyNot)}</span>}
          </li>
        ))}
      </ul>
      <Facts
        items={[
          {
            name: t('build.memory'),
            value: t('build.memoryOf', { used: of(usage?.peakMemoryMb), most: limits.memoryMb }),
          },
          {
            name: t('build.cpu'),
            value: t('build.cpuOf', { used: of(usage?.cpuSeconds), most: limits.cpus }),
          },
          {
            name: t('build.pids'),
            value: t('build.pidsOf', { used: of(usage?.peakPids), most: limits.pids }),
          },
          { name: t('build.disk'), value: t('build.diskOf', { most: limits.diskMb }) },
          { name: t('build.seconds'), value: t('build.secondsOf', { most: limits.seconds }) },
        ]}
      />
    </Card>
  );
}
