import { useQuery } from '@tanstack/react-query';
import type { ExplainView } from '#libs/contracts/api/explain.js';
import { stackFactName } from '../i18n/fact-names.ts';
import { useI18n, useT } from '../i18n/i18n.tsx';
import type { Translate } from '../i18n/translate.ts';
import { formatMoment } from '../i18n/quantities.ts';
import { useApp } from '../apps/use-app.ts';
import { useBuildWords } from '../releases/use-build-words.ts';
import { Card } from '../ui/card.tsx';
import { classes } from '../ui/classes.ts';
import { Loaded } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { explainQuery } from './explain.queries.ts';
import { factValue } from './fact-value.ts';
import { ModelTable } from './model-table.tsx';
import { looks, owners } from './owners.ts';
import { SharedLayers } from './shared-layers.tsx';

/** Who owns what: the real stack under this app, and what would be whose if it were rented otherwise. */
export function ExplainPage() {
  const t = useT();
  const app = useApp();
  const explain = useQuery(explainQuery(app.name));
  useTitle(t('appPage.explain'), app.name);
  return (
    <Loaded query={explain}>
      {(data) => (
        <div className="grid gap-4">
          <Card title={t('explain.title', { app: app.name })} about={t('explain.about')}>
            <Legend />
            <Stack explain={data} />
          </Card>
          <Card title={t('explain.models')} about={t('explain.modelsAbout')}>
            <ModelTable layers={data.layers} />
          </Card>
          <Card title={t('explain.shared')} about={t('explain.sharedAbout')}>
            <SharedLayers app={app.name} sharing={data.sharing} />
          </Card>
          <Card title={t('explain.isolation')}>
            <p className="max-w-prose text-sm text-ink-soft">{t('explain.isolationAbout')}</p>
          </Card>
        </div>
      )}
    </Loaded>
  );
}

function Legend() {
  const t = useT();
  return (
    <ul className="mb-4 grid gap-2 text-sm sm:grid-cols-3">
      {owners.map((owner) => (
        <li key={owner} className={classes('rounded-lg border px-3 py-2', looks[owner].box)}>
          <p className={classes('font-semibold', looks[owner].name)}>{t(`explain.owner.${owner}`)}</p>
          <p className="text-ink-soft">{t(`explain.owner.${owner}About`)}</p>
        </li>
      ))}
    </ul>
  );
}

function Stack({ explain }: { explain: ExplainView }) {
  const { t, language } = useI18n();
  const say = useBuildWords();
  return (
    <ol className="grid gap-1.5">
      {explain.layers.map((layer) => (
        <li
          key={layer.name}
          className={classes(
            'grid gap-x-6 gap-y-2 rounded-lg border border-l-4 px-4 py-3 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]',
            looks[layer.owner].box,
          )}
        >
          <div className="min-w-0">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-semibold">{t(`layer.${layer.name}`)}</span>
              <span className={classes('text-xs font-medium', looks[layer.owner].name)}>
                {t(`explain.owner.${layer.owner}`)}
                {layer.service !== 'app' && ` · ${layer.service}`}
              </span>
            </p>
            <p className="text-sm text-ink-soft">{t(`layer.${layer.name}.about`)}</p>
          </div>
          <dl className="grid content-start gap-x-4 gap-y-1 text-sm sm:grid-cols-[fit-content(10rem)_minmax(0,1fr)]">
            {layer.facts.map((fact, index) => (
              <div key={index} className="contents">
                <dt className={classes('text-ink-soft wrap-anywhere', fact.why && 'first-letter:lowercase')}>
                  {say(stackFactName(fact.name, t))}
                </dt>
                <dd className="min-w-0 wrap-anywhere">
                  <span className="font-mono text-[0.8125rem] leading-5.5">
                    {say(shownValue(fact.value, t, language))}
                  </span>
                  {fact.why && <p className="text-ink-soft">{say(fact.why)}</p>}
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}

/** Times as people read them, all else in the words of the page. */
function shownValue(value: string, t: Translate, language: string): string {
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return formatMoment(new Date(value), language);
  return factValue(value, t);
}
