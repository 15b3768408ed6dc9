import { useDeferredValue, useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CloudOff, Download, Pause, Play } from 'lucide-react';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import type { LogLevel } from '#libs/core/log-level.js';
import { useI18n, useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { path, query } from '../client/http.ts';
import { instancesQuery } from '../instances/instances.queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { inputClass } from '../ui/field.tsx';
import { Pill } from '../ui/pill.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { LevelFilter, TimeFilter, type TimeRange } from './log-filters.tsx';
import { LogView, type ShownLine } from './log-view.tsx';
import { useAppLogs, type LiveLog } from './use-app-logs.ts';

const route = getRouteApi('/shell/apps/$app/logs');

/** What the app prints, live. Filters are part of the address, so a view can be shared. */
export function LogsPage() {
  const { t, language } = useI18n();
  const app = useApp();
  const navigate = useNavigate();
  const { instance } = route.useSearch();
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim()) || undefined;
  const [paused, setPaused] = useState(false);
  const [level, setLevel] = useState<LogLevel>();
  const [range, setRange] = useState<TimeRange>({});
  const filter = { search: wanted, instance, level, ...range };
  const log = useAppLogs(app.name, filter, paused);
  const filtered = wanted !== undefined || level !== undefined || range.since !== undefined;
  const lines = useMemo(() => shownLines(log.lines, language), [log.lines, language]);
  useTitle(t('appPage.logs'), app.name);
  return (
    <Card
      title={
        <span className="flex items-center gap-2.5">
          {t('appPage.logs')} {range.until === undefined && <StreamPill log={log} paused={paused} />}
        </span>
      }
      about={t('logs.about')}
      actions={
        <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
          <input
            type="search"
            aria-label={t('logs.search')}
            placeholder={t('logs.search')}
            maxLength={200}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className={`${inputClass} max-sm:col-span-2 sm:w-44!`}
          />
          <InstanceFilter
            value={instance}
            onChange={(id) =>
              void navigate({
                to: '/apps/$app/logs',
                params: { app: app.name },
                search: { instance: id },
                replace: true,
              })
            }
          />
          <LevelFilter value={level} onChange={setLevel} />
          <TimeFilter value={range} onChange={setRange} />
          <Button small aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
            {paused ? t('logs.resume', { count: log.waiting }) : t('logs.pause')}
          </Button>
          <a
            href={`/v1${path('apps', app.name, 'logs', 'download')}${query(filter)}`}
            download={`${app.name}.log`}
            title={t('logs.downloadHint')}
            className={buttonClass('plain', true)}
          >
            <Download aria-hidden /> {t('logs.download')}
          </a>
        </div>
      }
    >
      <div className="space-y-3">
        {log.state === 'refused' && <ProblemNote error={log.problem} />}
        {log.state === 'lost' && (
          <p role="status" className="flex items-center gap-2 text-sm text-warn">
            <CloudOff aria-hidden className="size-4" /> {t('log.lost')}
          </p>
        )}
        <LogView
          label={t('appPage.logs')}
          lines={lines}
          {...(wanted === undefined ? {} : { find: wanted })}
          className="h-[36rem] max-h-[72dvh]"
          empty={log.state === 'refused' ? '' : t(emptyText(log.state, filtered))}
        />
      </div>
    </Card>
  );
}

/** Until somebody answered, nobody knows that there is nothing. */
function emptyText(state: LiveLog['state'], filtered: boolean) {
  if (state === 'connecting' || state === 'lost') return 'state.loading';
  return filtered ? 'logs.noMatch' : 'logs.none';
}

function StreamPill({ log, paused }: { log: LiveLog; paused: boolean }) {
  const t = useT();
  if (paused) return <Pill tone="warn">{t('logs.paused')}</Pill>;
  if (log.state === 'open') return <Pill tone="ok">{t('logs.live')}</Pill>;
  if (log.state === 'refused') return null;
  return <Pill tone="busy">{t(log.state === 'lost' ? 'logs.reconnecting' : 'logs.connecting')}</Pill>;
}

function InstanceFilter(props: { value: string | undefined; onChange: (id: string | undefined) => void }) {
  const t = useT();
  const app = useApp();
  const { data } = useQuery(instancesQuery(app.name));
  const items = data?.items ?? [];
  return (
    <select
      aria-label={t('logs.instance')}
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.target.value || undefined)}
      className={`${inputClass} sm:w-40!`}
    >
      <option value="">{t('logs.allInstances')}</option>
      {props.value !== undefined && !items.some(({ id }) => id === props.value) && (
        <option value={props.value}>{props.value.slice(-8)}</option>
      )}
      {items.map((instance) => (
        <option key={instance.id} value={instance.id}>
          {instance.process} v{instance.release} {instance.containerId?.slice(0, 8) ?? instance.id.slice(-8)}
        </option>
      ))}
    </select>
  );
}

function shownLines(lines: AppLogLine[], language: string): ShownLine[] {
  const time = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
  });
  return lines.map((line, index) => ({
    // Two lines may carry the same time: the place among them tells them apart.
    key: `${line.at} ${line.instance} ${index}`,
    margin: `${time.format(new Date(line.at))} ${line.process ?? ''}`.trimEnd(),
    text: line.text,
    className: line.stream === 'stderr' ? 'shadow-[inset_2px_0_var(--color-warn-dot)]' : undefined,
  }));
}
