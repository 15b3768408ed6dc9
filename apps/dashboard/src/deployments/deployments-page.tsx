import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import type { DeploymentSummary } from '#libs/contracts/api/deployments.js';
import { useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { Card } from '../ui/card.tsx';
import { LongList } from '../ui/long-list.tsx';
import { MoreInView, rowsOf } from '../ui/more.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { Ago, Duration } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { DeploymentStatusPill } from './deployment-status.tsx';
import { deploymentsQuery } from './deployments.queries.ts';
import { SourceLine } from './source-line.tsx';

export function DeploymentsPage() {
  const t = useT();
  const app = useApp();
  const deployments = useInfiniteQuery(deploymentsQuery(app.name));
  useTitle(t('appPage.deployments'), app.name);
  return (
    <Card title={t('appPage.deployments')} about={t('deployments.about')} flush>
      <div className="px-4 pb-2 sm:px-5">
        <Loaded query={deployments}>
          {(data) => {
            const rows = rowsOf(data);
            if (rows.length === 0) return <Empty icon={<History />} title={t('deployments.none')} />;
            return (
              <LongList rows={rows} label={t('appPage.deployments')} rowHeight={48} keyOf={({ id }) => id}>
                {(deployment) => <DeploymentRow deployment={deployment} />}
              </LongList>
            );
          }}
        </Loaded>
      </div>
      <MoreInView query={deployments} />
    </Card>
  );
}

export function DeploymentRow({ deployment }: { deployment: DeploymentSummary }) {
  const t = useT();
  return (
    <div className="@container relative py-3 text-sm">
      <div className="grid gap-x-4 gap-y-1 @xl:grid-cols-[9rem_minmax(0,1fr)_auto] @xl:items-center">
        <div className="flex items-center gap-2.5">
          <Link
            to="/apps/$app/deployments/$number"
            params={{ app: deployment.app, number: String(deployment.number) }}
            className="min-w-6 shrink-0 font-medium tabular-nums after:absolute after:inset-0 after:rounded-lg hover:text-accent"
          >
            #{deployment.number}
          </Link>
          <DeploymentStatusPill status={deployment.status} />
        </div>
        <div className="min-w-0">
          <p className="truncate">
            <SourceLine deployment={deployment} />
          </p>
          {deployment.error && (
            <p className="text-bad wrap-anywhere">
              {t.tell(deployment.error.code, deployment.error.message).text}
            </p>
          )}
          {deployment.supersededBy !== null && (
            <p className="text-ink-soft">
              {t('deployment.supersededBy', { number: String(deployment.supersededBy) })}
            </p>
          )}
        </div>
        <div className="flex flex-wrap gap-x-3 text-ink-soft @xl:justify-end">
          {deployment.release && (
            <span className="font-mono text-xs leading-5">v{deployment.release.number}</span>
          )}
          <Duration ms={deployment.ms} since={deployment.createdAt} />
          <Ago at={deployment.createdAt} />
          <span className="max-w-40 truncate">{deployment.createdBy ?? 'Berth'}</span>
        </div>
      </div>
    </div>
  );
}
