import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ZoomIn, ZoomOut } from 'lucide-react';
import type { AppMetricsView } from '#libs/contracts/api/metrics.js';
import { useApp } from '../apps/use-app.ts';
import { useI18n, useT } from '../i18n/i18n.tsx';
import { formatDuration, formatMemory } from '../i18n/quantities.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { Chart, type ChartProps } from './chart.tsx';
import { metricsQuery, ranges, type Range, type Shown } from './metrics.queries.ts';
import { pointsOf } from './series.ts';

const route = getRouteApi('/shell/apps/$app/metrics');
/** A span cannot be zoomed into further than a few samples. */
const shortest = 60_000;

export function MetricsPage() {
  const t = useT();
  const app = useApp();
  const { from, to, range = '1h' } = route.useSearch();
  const shown: Shown = from !== undefined && to !== undefined ? { from, to } : { range };
  const metrics = useQuery(metricsQuery(app.name, shown));
  useTitle(t('appPage.metrics'), app.name);
  return (
    <Card
      title={t('appPage.metrics')}
      about={t('metrics.about')}
      actions={<Ranges shown={shown} view={metrics.data} />}
    >
      <Loaded query={metrics}>
        {(view) =>
          view.points.length === 0 && view.marks.length === 0 ? (
            <Empty title={t('metrics.none')}>{t('metrics.noneHint')}</Empty>
          ) : (
            <Charts view={view} />
          )
        }
      </Loaded>
    </Card>
  );
}

function useShow() {
  const navigate = route.useNavigate();
  return {
    range: (range: Range) => void navigate({ search: { range }, replace: true }),
    span: (from: number, to: number) => {
      const middle = (from + to) / 2;
      const half = Math.max(to - from, shortest) / 2;
      void navigate({
        search: { from: Math.round(middle - half), to: Math.round(middle + half) },
        replace: true,
      });
    },
  };
}

function Ranges({ shown, view }: { shown: Shown; view: AppMetricsView | undefined }) {
  const t = useT();
  const show = useShow();
  const from = view === undefined ? 0 : Date.parse(view.from);
  const to = view === undefined ? 0 : Date.parse(view.to);
  const zoom = (factor: number) => {
    const middle = (from + to) / 2;
    const half = ((to - from) / 2) * factor;
    show.span(middle - half, middle + half);
  };
  return (
    <div role="group" aria-label={t('metrics.range')} className="flex flex-wrap items-center gap-1">
      {(Object.keys(ranges) as Range[]).map((range) => (
        <Button
          key={range}
          small
          look={'range' in shown && shown.range === range ? 'primary' : 'plain'}
          aria-pressed={'range' in shown && shown.range === range}
          onClick={() => show.range(range)}
        >
          {t(`metrics.range.${range}`)}
        </Button>
      ))}
      <IconButton small label={t('metrics.zoomIn')} disabled={view === undefined} onClick={() => zoom(0.5)}>
        <ZoomIn aria-hidden />
      </IconButton>
      <IconButton small label={t('metrics.zoomOut')} disabled={view === undefined} onClick={() => zoom(2)}>
        <ZoomOut aria-hidden />
      </IconButton>
    </div>
  );
}

function Charts({ view }: { view: AppMetricsView }) {
  const { t, language } = useI18n();
  const show = useShow();
  const [cursor, setCursor] = useState<number | null>(null);
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 3, notation: 'compact' });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 });
  const plain = (value: number) => number.format(value);
  const shared = { view, cursor, onCursor: setCursor, onZoom: show.span };
  const perMinute = (value: number) => (value * 60) / view.stepSeconds;
  const solid = 'stroke-accent';
  const charts: Pick<ChartProps, 'title' | 'series' | 'format' | 'least' | 'whole' | 'unit'>[] = [
    {
      title: t('metrics.requests'),
      least: 1,
      format: plain,
      series: [
        { name: t('metrics.all'), stroke: solid, points: pointsOf(view, (p) => perMinute(p.requests)) },
        {
          name: t('metrics.errors'),
          stroke: 'stroke-bad-dot',
          dash: '4 3',
          points: pointsOf(view, (p) => perMinute(p.errors)),
        },
      ],
    },
    {
      title: t('metrics.times'),
      least: 10,
      format: (value) => formatDuration(value, language),
      series: [
        { name: 'p50', stroke: 'stroke-ok-dot', points: pointsOf(view, (p) => p.p50Ms) },
        { name: 'p95', stroke: 'stroke-busy-dot', dash: '6 3', points: pointsOf(view, (p) => p.p95Ms) },
        { name: 'p99', stroke: 'stroke-warn-dot', dash: '2 3', points: pointsOf(view, (p) => p.p99Ms) },
      ],
    },
    {
      title: t('metrics.cpu'),
      least: 0.01,
      format: (value) => percent.format(value),
      series: [{ name: t('metrics.cores'), stroke: solid, points: pointsOf(view, (p) => p.cpu) }],
    },
    {
      title: t('metrics.throttled'),
      least: 0.05,
      format: (value) => percent.format(value),
      series: [
        { name: t('metrics.ofTime'), stroke: 'stroke-warn-dot', points: pointsOf(view, (p) => p.throttled) },
      ],
    },
    {
      title: t('instances.memory'),
      least: 8 * 1_048_576,
      format: (value) => formatMemory(value, language),
      unit: 1_048_576,
      series: [{ name: t('metrics.all'), stroke: solid, points: pointsOf(view, (p) => p.memoryBytes) }],
    },
    {
      title: t('appPage.instances'),
      least: 1,
      format: plain,
      whole: true,
      series: [{ name: t('metrics.running'), stroke: solid, points: pointsOf(view, (p) => p.instances) }],
    },
  ];
  return (
    <>
      <div className="grid gap-x-8 gap-y-6 xl:grid-cols-2">
        {charts.map((chart) => (
          <Chart key={chart.title} {...chart} {...shared} />
        ))}
      </div>
      <p className="mt-4 flex flex-wrap gap-x-5 gap-y-1 text-xs text-ink-soft">
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-3 rounded-sm bg-busy-soft ring-1 ring-line-strong" />
          {t('metrics.frozen')}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-3 rounded-sm bg-host-soft ring-1 ring-line-strong" />
          {t('metrics.stopped')}
        </span>
        <span>{t('metrics.marks')}</span>
      </p>
    </>
  );
}
