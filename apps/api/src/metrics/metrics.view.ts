import { z } from 'zod';
import { edgeBuckets } from '#libs/contracts/edge.js';
import type { AppMetricPoint, MetricMark } from '#libs/contracts/api/metrics.js';
import { quantile } from '#libs/core/histogram.js';
import type { MarkedEvent, SeriesPoint } from '#libs/store/metric-series.js';

/** More points than this are more than a screen shows apart. */
const MOST_POINTS = 180;
/** Lengths of a point in seconds; the shortest is that of a sample. */
const steps = [10, 20, 30, 60, 120, 300, 600] as const;

/** The shortest step that shows a span in at most 180 points. */
export function stepFor(spanSeconds: number): number {
  return steps.find((step) => spanSeconds / step <= MOST_POINTS) ?? 600;
}

export function pointOf(row: SeriesPoint): AppMetricPoint {
  const { requests, errors, cpu, throttled, instances, buckets } = row;
  const ms = (q: number): number | null => {
    const seconds = quantile(edgeBuckets, buckets, q);
    return seconds === null ? null : seconds * 1000;
  };
  return {
    at: row.at.toISOString(),
    ...{ requests, errors, cpu, throttled, instances, memoryBytes: Math.round(row.memory) },
    ...{ p50Ms: ms(0.5), p95Ms: ms(0.95), p99Ms: ms(0.99) },
  };
}

const sleepData = z.object({ tier: z.enum(['running', 'frozen', 'stopped']) });
const releaseData = z.object({ number: z.int() });
const scaledData = z.object({ to: z.int() });

/** An event as a mark; null for one that says nothing that a chart can show. */
export function markOf(event: MarkedEvent): MetricMark | null {
  const at = event.at.toISOString();
  if (event.kind === 'app.sleep') {
    const { data } = sleepData.safeParse(event.data);
    return data ? { at, kind: data.tier === 'running' ? 'awake' : data.tier, value: null } : null;
  }
  if (event.kind === 'release.live') {
    const { data } = releaseData.safeParse(event.data);
    return data ? { at, kind: 'release', value: data.number } : null;
  }
  const { data } = scaledData.safeParse(event.data);
  return data ? { at, kind: 'scaled', value: data.to } : null;
}
