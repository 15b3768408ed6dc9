import { useInfiniteQuery } from '@tanstack/react-query';
import { Database } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { useTeamsWhere } from '../session/session.queries.ts';
import { PageHead } from '../shell/page-head.tsx';
import { Card } from '../ui/card.tsx';
import { More, rowsOf } from '../ui/more.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AddOnRow } from './addon-row.tsx';
import { addOnsQuery } from './addons.queries.ts';
import { CreateAddOn } from './create-addon.tsx';

/** Databases and caches of one's teams, and the apps that use them. */
export function AddOnsPage() {
  const t = useT();
  const addOns = useInfiniteQuery(addOnsQuery);
  const teams = useTeamsWhere('app.create');
  useTitle(t('addons.title'));
  return (
    <>
      <PageHead title={t('addons.title')} about={t('addons.about')} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <Card title={t('addons.yours')}>
          <Loaded query={addOns}>
            {(data) => {
              const rows = rowsOf(data);
              if (rows.length === 0)
                return (
                  <Empty icon={<Database />} title={t('addons.none')}>
                    {t('addons.noneHint')}
                  </Empty>
                );
              return (
                <ul className="divide-y divide-line">
                  {rows.map((addOn) => (
                    <AddOnRow key={addOn.id} addOn={addOn} />
                  ))}
                </ul>
              );
            }}
          </Loaded>
          <More query={addOns} />
        </Card>
        {teams.length > 0 && <CreateAddOn teams={teams} />}
      </div>
    </>
  );
}
