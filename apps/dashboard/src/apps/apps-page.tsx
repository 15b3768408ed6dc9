import { useDeferredValue, useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Search, SearchX } from 'lucide-react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { FirstDeploy } from '../deploy/first-deploy.tsx';
import { DeploymentStatusPill } from '../deployments/deployment-status.tsx';
import { SourceLine } from '../deployments/source-line.tsx';
import { useSession, useTeamsWhere } from '../session/session.queries.ts';
import { PageHead } from '../shell/page-head.tsx';
import { inputClass } from '../ui/field.tsx';
import { More, rowsOf } from '../ui/more.tsx';
import { Tag } from '../ui/pill.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AppState } from './app-state.tsx';
import { appsQuery, type AppFilter } from './apps.queries.ts';

export function AppsPage() {
  const t = useT();
  const [filter, setFilter] = useState<AppFilter>({});
  const wanted = useDeferredValue(filter);
  const apps = useInfiniteQuery({ ...appsQuery(wanted), placeholderData: (before) => before });
  useTitle(t('apps.title'));

  if (apps.data === undefined) {
    if (apps.isError) return <ProblemNote error={apps.error} onRetry={() => void apps.refetch()} />;
    return <Skeleton lines={8} />;
  }
  const rows = rowsOf(apps.data);
  const filtered = Boolean(filter.search) || Boolean(filter.team);
  if (rows.length === 0 && !filtered && !apps.isPlaceholderData) return <NoApps />;
  return (
    <>
      <PageHead title={t('apps.title')} actions={<Filters filter={filter} onChange={setFilter} />} />
      {apps.isError && (
        <div className="mb-4">
          <ProblemNote error={apps.error} onRetry={() => void apps.refetch()} />
        </div>
      )}
      {rows.length === 0 ? (
        <Empty icon={<SearchX />} title={t('apps.noMatch')}>
          {t('apps.noMatchHint')}
        </Empty>
      ) : (
        <ul aria-label={t('apps.title')} className="grid gap-3">
          {rows.map((app) => (
            <AppRow key={app.id} app={app} />
          ))}
        </ul>
      )}
      <More query={apps} />
    </>
  );
}

function Filters({ filter, onChange }: { filter: AppFilter; onChange: (filter: AppFilter) => void }) {
  const t = useT();
  const { teams } = useSession();
  return (
    <search className="flex flex-wrap gap-2">
      <div className="relative">
        <Search aria-hidden className="absolute top-2.5 left-2.5 size-4 text-ink-faint" />
        <input
          type="search"
          aria-label={t('apps.search')}
          placeholder={t('apps.search')}
          value={filter.search ?? ''}
          onChange={(event) => onChange({ ...filter, search: event.target.value.trim() || undefined })}
          className={`${inputClass} w-56! pl-8!`}
        />
      </div>
      {teams.length > 1 && (
        <select
          aria-label={t('apps.team')}
          value={filter.team ?? ''}
          onChange={(event) => onChange({ ...filter, team: event.target.value || undefined })}
          className={`${inputClass} w-auto!`}
        >
          <option value="">{t('apps.allTeams')}</option>
          {teams.map((team) => (
            <option key={team.slug} value={team.slug}>
              {team.name}
            </option>
          ))}
        </select>
      )}
    </search>
  );
}

function AppRow({ app }: { app: AppView }) {
  const t = useT();
  const last = app.lastDeployment;
  return (
    // Rows outside the window cost no layout, so that thousands of them stay smooth.
    <li className="relative grid items-center gap-x-6 gap-y-2 rounded-xl border border-line bg-surface px-4 py-3.5 shadow-card [content-visibility:auto] [contain-intrinsic-size:auto_4.5rem] focus-within:border-line-strong hover:border-line-strong sm:px-5 md:grid-cols-[minmax(0,1.3fr)_minmax(0,1.6fr)_8rem]">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <Link
            to="/apps/$app"
            params={{ app: app.name }}
            className="font-semibold after:absolute after:inset-0 after:rounded-xl"
          >
            {app.name}
          </Link>
          <AppState state={app.state} />
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
          <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
            <DeploymentStatusPill status={last.status} />
            <span className="min-w-0 truncate">
              <SourceLine deployment={last} />
            </span>
            <Ago at={last.createdAt} />
          </div>
        )}
        {app.state === 'failing' && app.reason !== null && (
          <p className="mt-1 text-bad wrap-anywhere">{app.reason}</p>
        )}
      </div>
      <div className="flex items-center gap-2 text-sm text-ink-soft md:justify-end">
        <Tag>{app.team}</Tag>
        {app.liveRelease && <Tag className="font-mono">v{app.liveRelease.number}</Tag>}
      </div>
    </li>
  );
}

function NoApps() {
  const t = useT();
  const mayCreate = useTeamsWhere('app.create').length > 0;
  if (!mayCreate) return <Empty title={t('apps.none')}>{t('apps.noneViewer')}</Empty>;
  return (
    <>
      <PageHead title={t('apps.first')} about={t('apps.firstAbout')} />
      <FirstDeploy />
    </>
  );
}
