import { useQuery } from '@tanstack/react-query';
import type { InstanceStatus } from '#libs/core/instance-status.js';
import type { TeamUse as Use } from '#libs/contracts/api/teams.js';
import { useI18n } from '../i18n/i18n.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { Meter } from '../ui/meter.tsx';
import { Loaded } from '../ui/states.tsx';
import { Memory } from '../ui/time.tsx';
import { teamUseQuery } from './team.queries.ts';

/** What the team's apps use now, beside the limits of what runs. */
export function TeamUse({ team }: { team: string }) {
  const { t } = useI18n();
  const use = useQuery(teamUseQuery(team));
  return (
    <Card title={t('team.use')} about={t('team.useAbout')}>
      <Loaded query={use}>{(data) => <Figures use={data} />}</Loaded>
    </Card>
  );
}

function Figures({ use }: { use: Use }) {
  const { t, language } = useI18n();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return (
    <div className="space-y-3">
      <Meter
        label={t('instances.memory')}
        share={use.memoryBytes / Math.max(1, use.memoryLimitBytes)}
        value={
          <>
            <Memory bytes={use.memoryBytes} /> / <Memory bytes={use.memoryLimitBytes} />
          </>
        }
      />
      <Meter
        label={t('metrics.cpu')}
        share={use.cpu / Math.max(0.1, use.cpuLimit)}
        value={`${number.format(use.cpu)} / ${number.format(use.cpuLimit)}`}
      />
      <Facts
        items={[
          { name: t('shell.apps'), value: number.format(use.apps) },
          {
            name: t('appPage.instances'),
            value:
              Object.entries(use.instances)
                .map(([status, count]) => `${count} ${t(`instance.status.${status as InstanceStatus}`)}`)
                .join(', ') || '–',
          },
          { name: t('team.useRequests'), value: number.format(use.requests) },
          { name: t('metrics.errors'), value: number.format(use.errors) },
        ]}
      />
    </div>
  );
}
