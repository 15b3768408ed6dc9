import type { Bench } from '#bench/bench.js';
import type { Summary } from '#bench/summary.js';

/** One measurement of the table: a file in bench/rows. */
export interface Row {
  /** File name without its ending, or `group/one`; `npm run bench -- --rows=a,b` picks by it, or a whole group. */
  name: string;
  title: string;
  /** What is measured and how, in a sentence or two, for the reader of the results. */
  how: string;
  run(bench: Bench): Promise<Figure[]>;
}

/** One line of the table. */
export interface Figure {
  what: string;
  unit: 'µs' | 'ms' | 'req/s' | 'MiB' | 'requests' | '%';
  value: Summary;
  /** The same by bare parts or by Traefik alone, in the same run. */
  baseline?: { what: string; value: Summary };
  /**
   * Median of the ratios of neighbours in time, where each measurement has its counterpart: on a machine whose speed
   * wavers it says more than the ratio of two medians.
   */
  pairedRatio?: number;
  aim?: Aim;
  note?: string;
}

/** `value`: the median is compared. `ratio`: what `ratioOf` gives. */
export interface Aim {
  of: 'value' | 'ratio';
  is: 'at most' | 'at least';
  than: number;
}

/** The paired ratio, or median by baseline's median; null without a baseline. */
export function ratioOf(figure: Figure): number | null {
  if (figure.pairedRatio !== undefined) return figure.pairedRatio;
  const base = figure.baseline?.value.median;
  return base === undefined || base === 0 ? null : figure.value.median / base;
}

/** null when there is no aim. */
export function aimMet(figure: Figure): boolean | null {
  const { aim } = figure;
  if (aim === undefined) return null;
  const seen = aim.of === 'ratio' ? ratioOf(figure) : figure.value.median;
  if (seen === null) return null;
  return aim.is === 'at most' ? seen <= aim.than : seen >= aim.than;
}
