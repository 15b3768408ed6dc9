import type { AppMetricsView, MetricMark } from '#libs/contracts/api/metrics.js';
import type { Point } from './scale.ts';

export interface SleepSpan {
  from: number;
  to: number;
  tier: 'frozen' | 'stopped';
}

/** Times in which the app slept, within the span shown, one for each tier. A release that goes live wakes. */
export function sleepSpans(view: Pick<AppMetricsView, 'from' | 'to' | 'marks'>): SleepSpan[] {
  const start = Date.parse(view.from);
  const spans: SleepSpan[] = [];
  let open: Pick<SleepSpan, 'from' | 'tier'> | null = null;
  for (const { at, kind } of view.marks) {
    if (kind === 'scaled') continue;
    const time = Math.max(start, Date.parse(at));
    if (open !== null) spans.push({ ...open, to: time });
    open = kind === 'frozen' || kind === 'stopped' ? { from: time, tier: kind } : null;
  }
  if (open !== null) spans.push({ ...open, to: Date.parse(view.to) });
  return spans.filter(({ from, to }) => to > from);
}

/** Marks that are drawn as a line of their own: releases, and what load decided. */
export function lineMarks(view: AppMetricsView): (MetricMark & { time: number })[] {
  return view.marks
    .filter(({ kind }) => kind === 'release' || kind === 'scaled')
    .map((mark) => ({ ...mark, time: Date.parse(mark.at) }));
}

/** One value of each step, at its middle. */
export function pointsOf(
  view: AppMetricsView,
  value: (point: AppMetricsView['points'][number]) => number | null,
): Point[] {
  const half = view.stepSeconds * 500;
  const [from, to] = [Date.parse(view.from), Date.parse(view.to)];
  return view.points.map((point) => ({
    at: Math.min(to, Math.max(from, Date.parse(point.at) + half)),
    value: value(point),
  }));
}
