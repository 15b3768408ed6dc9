import type { ExplainLayer } from '#libs/contracts/api/explain.js';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';
import { factValue } from './fact-value.ts';
import { looks } from './owners.ts';
import { models, ownerOf } from './service-models.ts';

/** SaaS, PaaS and IaaS side by side: the same real things, the lines between the three owners move. A phone has room for the owners alone. */
export function ModelTable({ layers }: { layers: ExplainLayer[] }) {
  const t = useT();
  return (
    <div className="overflow-x-auto" role="region" tabIndex={0} aria-label={t('explain.models')}>
      <table className="w-full table-fixed border-separate border-spacing-1 text-sm max-sm:hyphens-auto max-sm:text-xs sm:min-w-200">
        <thead>
          <tr>
            <th scope="col" className="w-20 px-1 pb-1 text-left font-medium text-ink-soft sm:w-32 sm:px-2">
              {t('explain.layer')}
            </th>
            {models.map((model) => (
              <th key={model} scope="col" className="pb-1 align-bottom font-semibold sm:px-2">
                {t(`explain.model.${model}`)}
                <span className="block text-xs font-normal text-ink-soft max-sm:hidden">
                  {t(`explain.model.${model}About`)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <tr key={layer.name}>
              <th scope="row" className="px-1 py-1 text-left font-medium sm:px-2">
                {t(`layer.${layer.name}`)}
              </th>
              {models.map((model) => {
                const owner = ownerOf(layer.name, model);
                const thing = layer.thing === null ? null : factValue(layer.thing, t);
                const named = owner === 'berth' && model === 'saas' ? 'provider' : owner;
                return (
                  <td
                    key={model}
                    className={classes('rounded-md border px-1 py-1 align-top sm:px-2', looks[owner].box)}
                  >
                    <span className={classes('block text-xs font-semibold', looks[owner].name)}>
                      {t(named === 'provider' ? 'explain.provider' : `explain.owner.${named}`)}
                    </span>
                    <span
                      className="block truncate font-mono text-xs max-sm:hidden"
                      title={thing ?? undefined}
                    >
                      {thing ?? (layer.name === 'data' ? t('explain.noThing') : '–')}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
