import { describe, expect, it } from 'vitest';
import type { MetricMark } from '#libs/contracts/api/metrics.js';
import { sleepSpans } from './series.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const mark = (minute: number, kind: MetricMark['kind']): MetricMark => ({
  at: at(minute),
  kind,
  value: null,
});
const minutes = (marks: MetricMark[]) =>
  sleepSpans({ from: at(10), to: at(60), marks }).map(({ from, to, tier }) => [
    new Date(from).getUTCMinutes(),
    new Date(to).getUTCMinutes(),
    tier,
  ]);

describe('the times in which an app slept', () => {
  it('begin with the span when it slept before, and are cut at a wake', () => {
    expect(minutes([mark(1, 'frozen'), mark(20, 'awake')])).toEqual([[10, 20, 'frozen']]);
  });
  it('have a part for each depth, and end with a release', () => {
    expect(minutes([mark(15, 'frozen'), mark(20, 'stopped'), mark(30, 'release')])).toEqual([
      [15, 20, 'frozen'],
      [20, 30, 'stopped'],
    ]);
  });
  it('go on to the end while it sleeps, whatever is scaled meanwhile', () => {
    expect(minutes([mark(15, 'frozen'), mark(20, 'scaled')])).toEqual([[15, 0, 'frozen']]);
  });
});
