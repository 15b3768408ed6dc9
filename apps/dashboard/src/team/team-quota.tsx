import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { QuotaView } from '#libs/contracts/quota.js';
import { quotaKeys, type QuotaKey } from '#libs/core/quota.js';
import { useI18n, useT } from '../i18n/i18n.tsx';
import { useSession } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { Meter } from '../ui/meter.tsx';
import { Loaded } from '../ui/states.tsx';
import { QuotaDialog } from './quota-dialog.tsx';
import { teamQuotaQuery } from './team.queries.ts';

/** What the team may have at most, and what it has of it. Administrators change it here. */
export function TeamQuota({ team }: { team: string }) {
  const t = useT();
  const { user } = useSession();
  const quota = useQuery(teamQuotaQuery(team));
  const [changing, setChanging] = useState(false);
  return (
    <Card
      title={t('quota.title')}
      about={t('quota.about')}
      actions={
        user.admin &&
        quota.data && (
          <Button small onClick={() => setChanging(true)}>
            {t('quota.change')}
          </Button>
        )
      }
    >
      <Loaded query={quota}>
        {(data) => (
          <>
            <Limits quota={data} />
            <QuotaDialog team={team} quota={data} open={changing} onClose={() => setChanging(false)} />
          </>
        )}
      </Loaded>
    </Card>
  );
}

/** A limit as a meter; what has none as a figure. */
function Limits({ quota: { limits, used } }: { quota: QuotaView }) {
  const { t, language } = useI18n();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const unlimited = quotaKeys.filter((key) => limits[key] === null);
  return (
    <div className="space-y-3">
      {quotaKeys.map((key) => {
        const limit = limits[key];
        if (limit === null) return null;
        return (
          <Meter
            key={key}
            label={t(`quota.${key}`)}
            share={shareOf(used[key], limit)}
            value={`${number.format(used[key])} / ${number.format(limit)}${used[key] > limit ? ` · ${t('quota.over')}` : ''}`}
          />
        );
      })}
      {unlimited.length > 0 && (
        <>
          <p className="pt-1 text-xs font-medium text-ink-soft">{t('quota.unlimited')}</p>
          <Facts
            items={unlimited.map((key: QuotaKey) => ({
              name: t(`quota.${key}`),
              value: number.format(used[key]),
            }))}
          />
        </>
      )}
    </div>
  );
}

function shareOf(used: number, limit: number): number {
  if (limit === 0) return 1;
  return used / limit;
}
