import type { ExplainLayer } from '#libs/contracts/api/explain.js';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';
import { keeperOf, models } from './service-models.ts';

/** SaaS, PaaS and IaaS side by side: the same layers, the line between yours and theirs moves. */
export function ModelTable({ layers }: { layers: ExplainLayer[] }) {
  const t = useT();
  return (
    <div className="overflow-x-auto" role="region" tabIndex={0} aria-label={t('explain.models')}>
      <table className="w-full min-w-140 border-separate border-spacing-1 text-sm">
        <thead>
          <tr>
            <th scope="col" className="px-2 pb-1 text-left font-medium text-ink-soft">
              {t('explain.layer')}
            </th>
            {models.map((model) => (
              <th key={model} scope="col" className="px-2 pb-1 align-bottom font-semibold">
                {t(`explain.model.${model}`)}
                <span className="block text-xs font-normal text-ink-soft">
                  {t(`explain.model.${model}About`)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <tr key={layer.name}>
              <th scope="row" className="px-2 py-1 text-left font-medium whitespace-nowrap">
                {t(`layer.${layer.name}`)}
              </th>
              {models.map((model) => {
                const yours = keeperOf(layer.name, model) === 'you';
                return (
                  <td
                    key={model}
                    className={classes(
                      'rounded-md border px-2 py-1 text-center',
                      yours
                        ? 'border-user-line bg-user-soft text-user'
                        : 'border-platform-line bg-platform-soft text-platform',
                    )}
                  >
                    {t(yours ? 'explain.you' : 'explain.provider')}
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
