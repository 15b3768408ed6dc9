import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, RotateCw, Square } from 'lucide-react';
import { hasEnded } from '#libs/core/deployment-status.js';
import type { AppView } from '#libs/contracts/api/apps.js';
import type { DeploymentView } from '#libs/contracts/api/deployments.js';
import { useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { BuildReport } from '../releases/build-report.tsx';
import { useCan } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Loaded, ProblemNote } from '../ui/states.tsx';
import { Ago, Duration } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { DeploymentLog } from './deployment-log.tsx';
import { DeploymentStatusPill } from './deployment-status.tsx';
import { deploymentQuery, useCancelDeployment, useRetryDeployment } from './deployments.queries.ts';
import { FailureCard } from './failure-card.tsx';
import { LiveApp } from './live-app.tsx';
import { SourceLine } from './source-line.tsx';
import { Timeline } from './timeline.tsx';
import { useDeploymentStream } from './use-deployment-stream.ts';

const route = getRouteApi('/shell/apps/$app/deployments/$number');

export function DeploymentPage() {
  const t = useT();
  const app = useApp();
  const number = Number(route.useParams().number);
  const deployment = useQuery(deploymentQuery(app.name, number));
  const stream = useDeploymentStream(app.name, number);
  useTitle(t('deployment.title', { number: String(number) }), app.name);
  return (
    <div className="space-y-4">
      <Link
        to="/apps/$app/deployments"
        params={{ app: app.name }}
        className="inline-flex items-center gap-1.5 text-sm text-ink-soft hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4" /> {t('deployment.all')}
      </Link>
      <Loaded query={deployment}>
        {(data) => (
          <>
            <Head deployment={data} />
            {data.waiting && (
              <p role="status" className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
                {t.say(data.waiting.message)}
              </p>
            )}
            {data.error && <FailureCard error={data.error} />}
            {data.status === 'live' && isLive(app, data) && <LiveApp deployment={data} />}
            <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] xl:grid-rows-[auto_1fr]">
              <Card title={t('timeline.title')} about={t('timeline.about')} className="xl:row-span-2">
                <Timeline steps={data.steps} endedAt={hasEnded(data.status) ? data.endedAt : null} />
              </Card>
              <div className="min-w-0 max-xl:row-start-1 xl:col-start-2">
                <DeploymentLog stream={stream} />
              </div>
              <div className="grid min-w-0 gap-4 xl:col-start-2">
                {data.build && <BuildReport build={data.build} />}
              </div>
            </div>
          </>
        )}
      </Loaded>
    </div>
  );
}

/** Is what it brought what visitors get? One that changed nothing brought no release. */
function isLive(app: AppView, { release }: DeploymentView): boolean {
  return app.liveRelease !== null && (release === null || release.number === app.liveRelease.number);
}

function Head({ deployment }: { deployment: DeploymentView }) {
  const t = useT();
  const app = useApp();
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h2 className="flex flex-wrap items-center gap-2.5 text-lg font-semibold">
          {t('deployment.title', { number: String(deployment.number) })}
          <span role="status">
            <DeploymentStatusPill status={deployment.status} />
          </span>
        </h2>
        <p className="mt-0.5 text-sm wrap-anywhere">
          <SourceLine deployment={deployment} />
        </p>
        <p className="mt-0.5 flex flex-wrap gap-x-2 text-sm text-ink-soft">
          <span>{t(`deployment.trigger.${deployment.trigger}`)}</span>·
          <span>{deployment.createdBy ?? 'Berth'}</span>·
          <Ago at={deployment.createdAt} />·
          <Duration ms={deployment.ms} since={deployment.createdAt} />
          {deployment.supersededBy !== null && (
            <span>{t('deployment.supersededBy', { number: String(deployment.supersededBy) })}</span>
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Actions deployment={deployment} team={app.team} />
      </div>
    </div>
  );
}

/** Cancel while it runs, repeat when it has ended without going live. */
function Actions({ deployment, team }: { deployment: DeploymentView; team: string }) {
  const t = useT();
  const mayDeploy = useCan('app.deploy', team);
  const cancel = useCancelDeployment(deployment.app, deployment.number);
  const retry = useRetryDeployment(deployment.app, deployment.number);
  if (!mayDeploy) return null;
  const failed = cancel.error ?? retry.error;
  return (
    <>
      {['queued', 'building', 'starting'].includes(deployment.status) && (
        <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          <Square aria-hidden /> {t('deployment.cancel')}
        </Button>
      )}
      {hasEnded(deployment.status) && deployment.status !== 'live' && (
        <Button busy={retry.isPending} onClick={() => retry.mutate()}>
          <RotateCw aria-hidden /> {t('deployment.retry')}
        </Button>
      )}
      {failed && (
        <div className="basis-full">
          <ProblemNote error={failed} />
        </div>
      )}
    </>
  );
}
