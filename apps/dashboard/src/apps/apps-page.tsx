import { useDeferredValue } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Search, SearchX } from 'lucide-react';
import { appFilters } from '#libs/core/app-states.js';
import { useT } from '../i18n/i18n.tsx';
import { FirstDeploy } from '../deploy/first-deploy.tsx';
import { useTeamsWhere } from '../session/session.queries.ts';
import { PageHead } from '../shell/page-head.tsx';
import { TeamFilter } from '../team/team-filter.tsx';
import { inputClass } from '../ui/field.tsx';
import { MoreInView, rowsOf } from '../ui/more.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { inBlocks } from '../ui/use-row-block.ts';
import { useTitle } from '../ui/use-title.ts';
import { AppRows } from './app-rows.tsx';
import { appsQuery, type ListedApps } from './apps.queries.ts';

const route = getRouteApi('/shell/apps');

export function AppsPage() {
  const t = useT();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const setFilter = (search: ListedApps) => void navigate({ search, replace: true });
  const wanted = useDeferredValue(filter);
  const apps = useInfiniteQuery({ ...appsQuery(wanted), placeholderData: (before) => before });
  useTitle(t('apps.title'));

  if (apps.data === undefined) {
    if (apps.isError) return <ProblemNote error={apps.error} onRetry={() => void apps.refetch()} />;
    return <Skeleton lines={8} />;
  }
  const rows = rowsOf(apps.data);
  const filtered = Object.values(filter).some((value) => value !== undefined);
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
        <div className="grid gap-3">
          {inBlocks(rows).map((block) => (
            <AppRows key={block[0]?.id} apps={block} />
          ))}
        </div>
      )}
      <MoreInView query={apps} />
    </>
  );
}

function Filters({ filter, onChange }: { filter: ListedApps; onChange: (filter: ListedApps) => void }) {
  const t = useT();
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
      <select
        aria-label={t('apps.state')}
        value={filter.state ?? ''}
        onChange={(event) =>
          onChange({ ...filter, state: appFilters.find((name) => name === event.target.value) })
        }
        className={`${inputClass} w-auto!`}
      >
        <option value="">{t('apps.allStates')}</option>
        {appFilters.map((name) => (
          <option key={name} value={name}>
            {t(`app.state.${name}`)}
          </option>
        ))}
      </select>
      <TeamFilter value={filter.team} onChange={(team) => onChange({ ...filter, team })} />
    </search>
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
