import type { BuildView } from '#libs/contracts/api/deployments.js';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { useT } from '../i18n/i18n.tsx';
import { Card } from '../ui/card.tsx';
import { BuildSteps } from './build-steps.tsx';
import { LayerList } from './layer-list.tsx';
import { useBuildWords } from './use-build-words.ts';

/** What was detected and chosen, with reasons, and the image that came out. */
export function BuildReport({ build }: { build: BuildView }) {
  const t = useT();
  const say = useBuildWords();
  return (
    <>
      {build.plan && (
        <Card
          title={t('build.plan')}
          about={t('build.planAbout', { title: say(build.plan.title), by: build.plan.detectedBy })}
        >
          <Plan plan={build.plan} />
        </Card>
      )}
      <BuildSteps build={build} />
      {build.layers && (
        <Card title={t('layers.title')} about={t('layers.about')}>
          <LayerList layers={build.layers} imageBytes={build.imageBytes} />
        </Card>
      )}
    </>
  );
}

function Plan({ plan }: { plan: BuildPlan }) {
  const t = useT();
  const say = useBuildWords();
  return (
    <div className="space-y-4 text-sm">
      {plan.warnings.map((warning) => (
        <p key={warning} className="rounded-lg bg-warn-soft px-3 py-2 text-warn">
          {say(warning)}
        </p>
      ))}
      <dl className="divide-y divide-line">
        {plan.choices.map((choice) => (
          <div key={choice.what} className="py-2 first:pt-0">
            <dt className="flex flex-wrap justify-between gap-x-4">
              <span className="text-ink-soft">{say(choice.what)}</span>
              <code className="font-semibold wrap-anywhere">
                {choice.value.split(', ').map(say).join(', ')}
              </code>
            </dt>
            <dd className="text-ink-soft">
              {say(choice.why)}
              {choice.change && (
                <>
                  {' '}
                  <span className="text-ink">{say(choice.change)}</span>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <details>
        <summary className="font-medium">{t('build.dockerfile')}</summary>
        <pre
          tabIndex={0}
          aria-label={t('build.dockerfile')}
          className="mt-2 max-h-96 overflow-auto rounded-lg bg-log p-3 font-mono text-[0.8125rem] text-log-ink"
        >
          {plan.dockerfile}
        </pre>
      </details>
    </div>
  );
}
