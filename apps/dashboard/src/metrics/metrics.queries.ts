import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AppMetricsView } from '#libs/contracts/api/metrics.js';
import { path, query, request } from '../client/http.ts';

export const ranges = { '15m': 900, '1h': 3600, '6h': 21_600, '24h': 86_400 } as const;
export type Range = keyof typeof ranges;

/** What a chart shows: the last while, or a span between two times (milliseconds). */
export type Shown = { range: Range } | { from: number; to: number };

/** An app's metrics. The last while moves on with the clock, a chosen span does not. */
export const metricsQuery = (app: string, shown: Shown) =>
  queryOptions({
    queryKey: ['app', app, 'metrics', shown],
    queryFn: ({ signal }) =>
      request<AppMetricsView>('GET', path('apps', app, 'metrics', 'series') + query(spanOf(shown)), {
        signal,
      }),
    placeholderData: keepPreviousData,
    ...('range' in shown && { refetchInterval: 10_000 }),
  });

function spanOf(shown: Shown): Record<string, string> {
  if (!('range' in shown))
    return { from: new Date(shown.from).toISOString(), to: new Date(shown.to).toISOString() };
  return { from: new Date(Date.now() - ranges[shown.range] * 1000).toISOString() };
}
