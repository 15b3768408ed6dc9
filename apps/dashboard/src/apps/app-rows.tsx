import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AppView } from '#libs/contracts/api/apps.js';
import { DeploymentStatusPill } from '../deployments/deployment-status.tsx';
import { SourceLine } from '../deployments/source-line.tsx';
import { useT } from '../i18n/i18n.tsx';
import { Sparkline } from '../metrics/sparkline.tsx';
import { Tag } from '../ui/pill.tsx';
import { Ago } from '../ui/time.tsx';
import { useRowBlock } from '../ui/use-row-block.ts';
import { AppState } from './app-state.tsx';
import { trafficQuery } from './apps.queries.ts';

/** Height of a row on a wide screen, before any was seen. */
const guess = 84;

/** Some rows of the list, with their traffic. */
export function AppRows({ apps }: { apps: AppView[] }) {
  const t = useT();
  const { ref, inView, style } = useRowBlock<HTMLUListElement>(apps.length, guess);
  const traffic = useQuery({ ...trafficQuery(apps.map(({ name }) => name)), enabled: inView });
  return (
    <ul ref={ref} aria-label={t('apps.title')} className="grid content-start gap-3" style={style}>
      {inView &&
        apps.map((app) => <AppRow key={app.id} app={app} requests={traffic.data?.requests[app.name]} />)}
    </ul>
  );
}

function AppRow({ app, requests }: { app: AppView; requests: number[] | undefined }) {
  const t = useT();
  const last = app.lastDeployment;
  return (
    <li className="relative grid items-center gap-x-6 gap-y-2 rounded-xl border border-line bg-surface px-4 py-3.5 shadow-card focus-within:border-line-strong hover:border-line-strong sm:px-5 md:grid-cols-[minmax(0,1.3fr)_minmax(0,1.6fr)_6rem_8rem]">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <Link
            to="/apps/$app"
            params={{ app: app.name }}
            className="font-semibold after:absolute after:inset-0 after:rounded-xl"
          >
            {app.name}
          </Link>
          <AppState state={app.state} frozen={app.sleep.tier === 'frozen'} />
        </div>
        <a
          href={app.url}
          className="relative z-1 mt-0.5 inline-block max-w-full truncate align-bottom text-sm text-accent hover:underline"
        >
          {app.url.replace(/^https?:\/\//, '')}
        </a>
      </div>
      <div className="min-w-0 text-sm text-ink-soft">
        {last === null ? (
          t('apps.neverDeployed')
        ) : (
          <div className="flex min-w-0 items-center gap-x-2.5">
            {/* That it is live is what the app's own state says. */}
            {last.status !== 'live' && <DeploymentStatusPill status={last.status} />}
            <span className="min-w-0 truncate">
              <SourceLine deployment={last} />
            </span>
            <Ago at={last.createdAt} />
          </div>
        )}
        {app.state === 'failing' && app.reason !== null && (
          <p className="mt-1 text-bad wrap-anywhere">{t.say(app.reason)}</p>
        )}
      </div>
      <div className="flex items-center justify-between gap-4 md:contents">
        <Sparkline values={requests} />
        <div className="flex items-center gap-2 text-sm text-ink-soft md:justify-end">
          <Tag>{app.team}</Tag>
          {app.liveRelease && <Tag className="font-mono">v{app.liveRelease.number}</Tag>}
        </div>
      </div>
    </li>
  );
}
