import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Container, RotateCw } from 'lucide-react';
import { restartableStatuses } from '#libs/core/instance-status.js';
import type { InstanceView } from '#libs/contracts/api/instances.js';
import { useI18n, useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { useRestartApp } from '../apps/apps.queries.ts';
import { useCan } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { Meter } from '../ui/meter.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Empty, Loaded, problemText } from '../ui/states.tsx';
import { Ago, Memory } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { CommitInstance } from './commit-instance.tsx';
import { InstanceStatusPill } from './instance-status.tsx';
import { RestartInstance } from './restart-instance.tsx';
import { instancesQuery } from './instances.queries.ts';

export function InstancesPage() {
  const t = useT();
  const app = useApp();
  const [all, setAll] = useState(false);
  const instances = useQuery(instancesQuery(app.name, all));
  useTitle(t('appPage.instances'), app.name);
  return (
    <Card
      title={t('appPage.instances')}
      about={t('instances.about')}
      actions={
        <>
          <label className="flex items-center gap-2 text-sm">
            <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
            {t('instances.showStopped')}
          </label>
          <Restart />
        </>
      }
    >
      <Loaded query={instances}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<Container />} title={t('instances.none')}>
              {t('instances.noneHint')}
            </Empty>
          ) : (
            <ul className="grid gap-3 xl:grid-cols-2">
              {inOrder(items).map((instance) => (
                <InstanceCard key={instance.id} instance={instance} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

/** `web` first, since visitors see it; the newest of each process first. */
function inOrder(instances: InstanceView[]): InstanceView[] {
  const rank = ({ process }: InstanceView) => (process === 'web' ? '' : process);
  return [...instances].sort(
    (a, b) => rank(a).localeCompare(rank(b)) || b.createdAt.localeCompare(a.createdAt),
  );
}

function Restart() {
  const t = useT();
  const app = useApp();
  const notify = useNotify();
  const restart = useRestartApp(app.name);
  if (!useCan('app.deploy', app.team) || app.liveRelease === null) return null;
  return (
    <Button
      small
      busy={restart.isPending}
      onClick={() =>
        restart.mutate(undefined, {
          onSuccess: () => notify(t('instances.restarting')),
          onError: (error) => notify(problemText(error, t), 'bad'),
        })
      }
    >
      <RotateCw aria-hidden /> {t('instances.restart')}
    </Button>
  );
}

function InstanceCard({ instance }: { instance: InstanceView }) {
  const t = useT();
  const app = useApp();
  const mayExec = useCan('app.exec', app.team);
  const mayRestart = useCan('app.deploy', app.team);
  return (
    <li className="min-w-0 rounded-lg border border-line p-4">
      <div className="mb-3 flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="font-semibold">{instance.process}</span>
        <InstanceStatusPill status={instance.status} />
        <span className="font-mono text-xs text-ink-soft">v{instance.release}</span>
        <div className="flex grow flex-wrap justify-end gap-x-4">
          {mayExec && (instance.status === 'ready' || instance.status === 'frozen') && (
            <Link
              to="/apps/$app/terminal"
              params={{ app: app.name }}
              search={{ instance: instance.id }}
              className="min-w-6 shrink-0 text-sm text-accent hover:underline"
            >
              {t('terminal.title')}
            </Link>
          )}
          {mayExec && ['ready', 'frozen', 'crashed', 'ended'].includes(instance.status) && (
            <CommitInstance app={app.name} instance={instance} />
          )}
          {mayRestart && restartableStatuses.includes(instance.status) && (
            <RestartInstance app={app.name} instance={instance} />
          )}
          {instance.status !== 'stopped' && (
            <Link
              to="/apps/$app/logs"
              params={{ app: app.name }}
              search={{ instance: instance.id }}
              className="min-w-6 shrink-0 text-sm text-accent hover:underline"
            >
              {t('appPage.logs')}
            </Link>
          )}
        </div>
      </div>
      {instance.reason !== null && (
        <p className="mb-3 text-sm text-bad wrap-anywhere">{t.say(instance.reason)}</p>
      )}
      {instance.latest && instance.status !== 'stopped' && <Use instance={instance} />}
      <Facts
        items={[
          { name: t('instances.container'), value: <code>{instance.containerId?.slice(0, 12) ?? '–'}</code> },
          {
            name: t('instances.address'),
            value: (
              <code>{instance.address === null ? '–' : `${instance.address}:${instance.port ?? ''}`}</code>
            ),
          },
          { name: t('instances.host'), value: instance.host },
          { name: t('instances.restarts'), value: instance.restarts },
          ...(instance.exitCode === null
            ? []
            : [{ name: t('instances.exitCode'), value: instance.exitCode }]),
          {
            name: t(instance.stoppedAt === null ? 'instances.started' : 'instances.stopped'),
            value: <Ago at={instance.stoppedAt ?? instance.startedAt ?? instance.createdAt} />,
          },
          ...(instance.nextStartAt === null || instance.status !== 'crashed'
            ? []
            : [{ name: t('instances.nextStart'), value: <NextStart at={instance.nextStartAt} /> }]),
        ]}
      />
    </li>
  );
}

function NextStart({ at }: { at: string }) {
  const { language } = useI18n();
  return <time dateTime={at}>{new Date(at).toLocaleTimeString(language, { hourCycle: 'h23' })}</time>;
}

function Use({ instance }: { instance: InstanceView }) {
  const { t, language } = useI18n();
  const app = useApp();
  const sample = instance.latest;
  if (sample === null) return null;
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <div className="mb-3 grid gap-x-6 gap-y-2 sm:grid-cols-2">
      <Meter
        label={t('instances.memory')}
        share={sample.memoryBytes / instance.memoryLimitBytes}
        value={
          <>
            <Memory bytes={sample.memoryBytes} /> / <Memory bytes={instance.memoryLimitBytes} />
          </>
        }
      />
      <Meter
        label={t('instances.cpu')}
        share={sample.cpu / app.limits.cpus}
        value={percent.format(sample.cpu)}
      />
    </div>
  );
}
