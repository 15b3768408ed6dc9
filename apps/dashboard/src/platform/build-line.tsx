import { Link } from '@tanstack/react-router';
import type { PlatformView } from '#libs/contracts/api/platform.js';
import { useT } from '../i18n/i18n.tsx';
import { Card } from '../ui/card.tsx';
import { LongList } from '../ui/long-list.tsx';
import { Pill } from '../ui/pill.tsx';
import { Ago } from '../ui/time.tsx';

type Line = PlatformView['queue']['builds'];
type QueuedBuild = Line['waiting'][number];

/** What is built now and what waits, in its order, each with its place and the reason. */
export function BuildLine({ builds, queued }: { builds: Line; queued: number }) {
  const t = useT();
  const rows = [...builds.building, ...builds.waiting];
  if (rows.length === 0) return null;
  const more = queued - builds.waiting.length;
  return (
    <Card title={t('platform.line')} about={t('platform.lineAbout')} className="lg:col-span-2">
      <LongList
        rows={rows}
        label={t('platform.line')}
        rowHeight={64}
        keyOf={(build) => `${build.app} ${build.deployment}`}
        className="max-h-112 overflow-y-auto"
      >
        {(build) => <Row build={build} />}
      </LongList>
      {more > 0 && <p className="pt-2 text-sm text-ink-soft">{t('platform.lineMore', { count: more })}</p>}
    </Card>
  );
}

function Row({ build }: { build: QueuedBuild }) {
  const t = useT();
  const { wait, startedAt } = build;
  return (
    <div className="py-2 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 wrap-anywhere">
          {build.team} /{' '}
          <Link
            to="/apps/$app/deployments/$number"
            params={{ app: build.app, number: String(build.deployment) }}
            className="text-accent hover:underline"
          >
            {build.app} #{build.deployment}
          </Link>
        </span>
        {startedAt === null && wait !== null && (
          <>
            <Pill tone="warn">{t(`platform.wait.${wait.reason}`)}</Pill>
            <span className="text-ink-soft tabular-nums">
              {t('platform.place', { place: wait.position, of: wait.of })}
            </span>
          </>
        )}
        <span className="text-ink-soft">
          {t(startedAt === null ? 'deployment.status.queued' : 'deployment.status.building')}{' '}
          <Ago at={startedAt ?? build.createdAt} />
        </span>
      </div>
      {wait && <p className="text-ink-soft">{t.say(wait.message)}</p>}
    </div>
  );
}
