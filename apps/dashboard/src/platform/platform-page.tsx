import { useQuery } from '@tanstack/react-query';
import type { InstanceStatus } from '#libs/core/instance-status.js';
import type { PlatformView } from '#libs/contracts/api/platform.js';
import { PlatformDisk } from '../disk/platform-disk.tsx';
import { useT } from '../i18n/i18n.tsx';
import { PageHead } from '../shell/page-head.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { Pill } from '../ui/pill.tsx';
import { Loaded } from '../ui/states.tsx';
import { Ago, Memory } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { BuildLine } from './build-line.tsx';
import { Mirrors } from './mirrors.tsx';
import { platformQuery } from './platform.queries.ts';
import { Stacks } from './stacks.tsx';

/** For administrators: parts, hosts, queue. */
export function PlatformPage() {
  const t = useT();
  const platform = useQuery(platformQuery);
  useTitle(t('platform.title'));
  return (
    <>
      <PageHead title={t('platform.title')} about={t('platform.about')} />
      <Loaded query={platform}>
        {(data) => (
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Parts platform={data} />
            <Queue platform={data} />
            <BuildLine builds={data.queue.builds} queued={data.queue.queued} />
            {data.hosts.map((host) => (
              <HostCard key={host.name} host={host} />
            ))}
            <PlatformDisk />
            <Stacks />
            <Mirrors />
          </div>
        )}
      </Loaded>
    </>
  );
}

function Parts({ platform }: { platform: PlatformView }) {
  const t = useT();
  return (
    <Card
      title={t('platform.parts')}
      about={t('platform.version', { version: platform.version, node: platform.node })}
    >
      <ul className="divide-y divide-line">
        {platform.parts.map((part) => (
          <li key={part.name} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-sm first:pt-0">
            <span className="w-24 font-medium">{part.name}</span>
            <Pill tone={part.ok ? 'ok' : 'bad'}>{t(part.ok ? 'platform.ok' : 'platform.down')}</Pill>
            <span className="min-w-0 flex-1 text-ink-soft wrap-anywhere">
              {part.version} {part.detail !== null && t.say(part.detail)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Queue({ platform: { queue, counts, warm, streams, startedAt } }: { platform: PlatformView }) {
  const t = useT();
  return (
    <Card title={t('platform.queue')}>
      <Facts
        items={[
          { name: t('deployment.status.queued'), value: queue.queued },
          { name: t('deployment.status.building'), value: queue.building },
          { name: t('deployment.status.starting'), value: queue.starting },
          { name: t('platform.outbox'), value: queue.outbox },
          {
            name: t('platform.oldest'),
            value: queue.oldestQueuedAt === null ? '–' : <Ago at={queue.oldestQueuedAt} />,
          },
          {
            name: t('shell.apps'),
            value: t('platform.liveOf', { live: counts.liveApps, apps: counts.apps }),
          },
          { name: t('platform.teams'), value: counts.teams },
          { name: t('platform.users'), value: counts.users },
          { name: t('platform.warm'), value: warm ?? '–' },
          { name: t('platform.streams'), value: streams },
          { name: t('platform.started'), value: <Ago at={startedAt} /> },
        ]}
      />
    </Card>
  );
}

function HostCard({ host }: { host: PlatformView['hosts'][number] }) {
  const t = useT();
  const { engine } = host;
  return (
    <Card
      title={
        <span className="flex items-center gap-2.5">
          {t('platform.host', { name: host.name })}
          <Pill tone={host.ok ? 'ok' : 'bad'}>{t(host.ok ? 'platform.ok' : 'platform.down')}</Pill>
        </span>
      }
    >
      <Facts
        items={[
          ...(engine === null
            ? []
            : [
                { name: t('platform.engine'), value: `${engine.version} (API ${engine.apiVersion})` },
                { name: t('platform.kernel'), value: `${engine.kernel}, ${engine.operatingSystem}` },
                { name: t('platform.cpus'), value: engine.cpus },
                { name: t('instances.memory'), value: <Memory bytes={engine.memoryBytes} /> },
                { name: t('platform.storage'), value: engine.storageDriver },
                ...(engine.freezer === undefined
                  ? []
                  : [{ name: t('platform.freezer'), value: engine.freezer }]),
              ]),
          {
            name: t('appPage.instances'),
            value:
              Object.entries(host.instances)
                .map(([status, count]) => `${count} ${t(`instance.status.${status as InstanceStatus}`)}`)
                .join(', ') || '–',
          },
          { name: t('platform.networks'), value: host.networks },
          { name: t('platform.seen'), value: host.lastSeenAt === null ? '–' : <Ago at={host.lastSeenAt} /> },
        ]}
      />
    </Card>
  );
}
