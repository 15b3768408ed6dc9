import type { PlatformView } from '#libs/contracts/api/platform.js';
import { useT } from '../i18n/i18n.tsx';
import { Card } from '../ui/card.tsx';
import { Ago } from '../ui/time.tsx';

type QueuedBuild = PlatformView['queue']['builds']['waiting'][number];

/** What is built now and what waits, in its order and with the reason. */
export function BuildLine({ builds }: { builds: PlatformView['queue']['builds'] }) {
  const t = useT();
  const rows = [...builds.building, ...builds.waiting];
  if (rows.length === 0) return null;
  return (
    <Card title={t('platform.line')} about={t('platform.lineAbout')}>
      <ul className="divide-y divide-line text-sm">
        {rows.map((build) => (
          <Row key={`${build.app} ${build.deployment}`} build={build} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ build }: { build: QueuedBuild }) {
  const t = useT();
  return (
    <li className="py-2 first:pt-0">
      <span className="flex flex-wrap justify-between gap-x-4">
        <span>
          {build.team} / {build.app} #{build.deployment}
        </span>
        <span className="text-ink-soft">
          {t(build.startedAt === null ? 'deployment.status.queued' : 'deployment.status.building')}{' '}
          <Ago at={build.startedAt ?? build.createdAt} />
        </span>
      </span>
      {build.wait && <span className="text-ink-soft">{build.wait.message}</span>}
    </li>
  );
}
