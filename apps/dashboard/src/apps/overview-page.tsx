import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { hasEnded } from '#libs/core/deployment-status.js';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { GitWay } from '../deploy/git-way.tsx';
import { DeploymentRow } from '../deployments/deployments-page.tsx';
import { DeploymentStatusPill } from '../deployments/deployment-status.tsx';
import { deploymentQuery, deploymentsQuery } from '../deployments/deployments.queries.ts';
import { FailureCard } from '../deployments/failure-card.tsx';
import { Timeline } from '../deployments/timeline.tsx';
import { InstanceDots } from '../instances/instance-dots.tsx';
import { FailingSchedule } from '../jobs/failing-schedule.tsx';
import { cronQuery } from '../jobs/jobs.queries.ts';
import { useCan } from '../session/session.queries.ts';
import { Card, Facts } from '../ui/card.tsx';
import { Empty, Loaded, ProblemNote, Skeleton, Together } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { SleepNow } from './sleep-now.tsx';
import { useApp } from './use-app.ts';

export function OverviewPage() {
  const t = useT();
  const app = useApp();
  const schedule = useQuery(cronQuery(app.name));
  useTitle(t('appPage.overview'), app.name);
  return (
    <Together queries={[schedule]}>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        <div className="grid gap-4">
          {app.state === 'failing' && app.reason !== null && (
            <ProblemNote error={new Error(t.say(app.reason))} />
          )}
          <FailingSchedule app={app.name} />
          {app.lastDeployment?.error && <FailureCard error={app.lastDeployment.error} />}
          <LastDeployment app={app} />
        </div>
        <div className="grid gap-4">
          <Card title={t('overview.now')}>
            <Facts items={useNowFacts(app)} />
          </Card>
          <RecentDeployments app={app} />
          {app.kind === 'app' && <PushCard app={app} />}
        </div>
      </div>
    </Together>
  );
}

function useNowFacts(app: AppView) {
  const t = useT();
  return [
    {
      name: t('overview.release'),
      value: app.liveRelease ? (
        <>
          <span className="font-mono">v{app.liveRelease.number}</span> {app.liveRelease.description} ·{' '}
          <Ago at={app.liveRelease.createdAt} />
        </>
      ) : (
        t('overview.noRelease')
      ),
    },
    { name: t('appPage.instances'), value: <InstanceDots app={app.name} /> },
    { name: t('settings.sleep'), value: <SleepNow app={app} /> },
    {
      name: t('overview.limits'),
      value: t('overview.limitsValue', {
        memory: app.limits.memoryMb,
        cpus: app.limits.cpus,
        pids: app.limits.pids,
      }),
    },
    { name: t('apps.team'), value: app.team },
    { name: t('overview.created'), value: <Ago at={app.createdAt} /> },
  ];
}

/** The timeline of the newest deployment, as the seed tells `docker run`. */
function LastDeployment({ app }: { app: AppView }) {
  const t = useT();
  if (app.lastDeployment === null) {
    return (
      <Card title={t('timeline.title')}>
        <Empty title={t('overview.neverDeployed')}>{t('overview.neverDeployedHint')}</Empty>
      </Card>
    );
  }
  return <DeploymentTimeline app={app.name} number={app.lastDeployment.number} />;
}

function DeploymentTimeline({ app, number }: { app: string; number: number }) {
  const t = useT();
  const deployment = useQuery({
    ...deploymentQuery(app, number),
    // Steps are no events: while it runs, look each second.
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.status) ? false : 1000),
  });
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2.5">
          {t('overview.lastDeployment', { number: String(number) })}
          {deployment.data && <DeploymentStatusPill status={deployment.data.status} />}
        </span>
      }
      about={t('timeline.about')}
      actions={
        <Link
          to="/apps/$app/deployments/$number"
          params={{ app, number: String(number) }}
          className="inline-flex items-center gap-1 text-sm font-medium text-accent hover:underline"
        >
          {t('overview.withLog')} <ArrowRight aria-hidden className="size-4" />
        </Link>
      }
    >
      <Loaded query={deployment} skeleton={<Skeleton lines={14} className="min-h-136" />}>
        {(data) => <Timeline steps={data.steps} endedAt={hasEnded(data.status) ? data.endedAt : null} />}
      </Loaded>
    </Card>
  );
}

function RecentDeployments({ app }: { app: AppView }) {
  const t = useT();
  const deployments = useInfiniteQuery(deploymentsQuery(app.name));
  return (
    <Card title={t('overview.recent')} flush>
      <div className="px-4 pb-2 sm:px-5">
        <Loaded query={deployments}>
          {(data) => {
            const rows = data.pages[0]?.items.slice(0, 5) ?? [];
            if (rows.length === 0)
              return <p className="pb-3 text-sm text-ink-soft">{t('deployments.none')}</p>;
            return (
              <ul className="divide-y divide-line">
                {rows.map((deployment) => (
                  <li key={deployment.id}>
                    <DeploymentRow deployment={deployment} />
                  </li>
                ))}
              </ul>
            );
          }}
        </Loaded>
      </div>
    </Card>
  );
}

function PushCard({ app }: { app: AppView }) {
  const t = useT();
  const mayDeploy = useCan('app.deploy', app.team);
  if (!mayDeploy) return null;
  return (
    <Card title={t('deploy.way.git')}>
      <GitWay app={app.name} />
    </Card>
  );
}
