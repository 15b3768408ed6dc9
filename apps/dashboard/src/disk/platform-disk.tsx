import { useQuery } from '@tanstack/react-query';
import type { CollectionView } from '#libs/contracts/api/disk.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { Meter } from '../ui/meter.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Loaded, problemText } from '../ui/states.tsx';
import { Bytes } from '../ui/time.tsx';
import { DiskItems } from './disk-items.tsx';
import { platformDiskQuery, useCollectDisk } from './disk.queries.ts';

/** What takes the host's disk, and what a collection would remove. */
export function PlatformDisk() {
  const t = useT();
  const notify = useNotify();
  const look = useQuery(platformDiskQuery);
  const collect = useCollectDisk();
  const start = () =>
    collect.mutate(undefined, {
      onSuccess: ({ status, error }) => {
        if (status === 'done') notify(t('disk.collected'));
        else if (status === 'failed') notify(t('disk.failed', { reason: error ?? '–' }), 'bad');
        else notify(t('disk.goesOn'));
      },
      onError: (error) => notify(problemText(error, t), 'bad'),
    });
  return (
    <Card
      title={t('disk.title')}
      about={t('disk.about')}
      className="lg:row-span-2"
      actions={
        <Button small busy={collect.isPending} onClick={start}>
          {t('disk.collect')}
        </Button>
      }
    >
      <Loaded query={look}>
        {({ report, dryRun, error }) =>
          report === null ? (
            <p className="text-sm text-ink-soft">{error ?? t('disk.goesOn')}</p>
          ) : (
            <Report report={report} dryRun={dryRun} />
          )
        }
      </Loaded>
    </Card>
  );
}

/** So many apps are named; the rest takes less. */
const shownApps = 8;

function largest<T extends { ownBytes: number }>(apps: T[]): T[] {
  return apps
    .filter(({ ownBytes }) => ownBytes > 0)
    .toSorted((a, b) => b.ownBytes - a.ownBytes)
    .slice(0, shownApps);
}

function Report({ report, dryRun }: { report: NonNullable<CollectionView['report']>; dryRun: boolean }) {
  const t = useT();
  const { totalBytes, freeBytes } = report.disk;
  return (
    <div className="space-y-4">
      <Meter
        label={t('disk.used')}
        share={1 - freeBytes / totalBytes}
        value={
          <>
            <Bytes value={totalBytes - freeBytes} /> / <Bytes value={totalBytes} />
          </>
        }
      />
      <Facts
        items={[
          ...report.areas.map(({ area, bytes }) => ({
            name: t(`disk.area.${area}`),
            value: <Bytes value={bytes} />,
          })),
          ...largest(report.apps).map(({ app, ownBytes }) => ({
            name: t('disk.appsOwn', { app }),
            value: <Bytes value={ownBytes} />,
          })),
        ]}
      />
      <DiskItems title={t(dryRun ? 'disk.toGo' : 'disk.gone')} items={report.remove} />
    </div>
  );
}
