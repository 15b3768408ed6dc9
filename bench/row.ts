import type { Bench } from '#bench/bench.js';
import type { Summary } from '#bench/summary.js';

/** One measurement of the table: a file in bench/rows. */
export interface Row {
  /** File name without its ending; `npm run bench -- --rows=a,b` picks by it. */
  name: string;
  title: string;
  /** What is measured and how, in a sentence or two, for the reader of the results. */
  how: string;
  run(bench: Bench): Promise<Figure[]>;
}

/** One line of the table. */
export interface Figure {
  what: string;
  unit: 'µs' | 'ms' | 'req/s' | 'MiB' | 'requests';
  value: Summary;
  /** The same by bare parts or by Traefik alone, in the same run. */
  baseline?: { what: string; value: Summary };
  /** Which ratio is good: below or above. */
  aim?: Aim;
  note?: string;
}

/** `value`: the median is compared. `ratio`: the median divided by the baseline's. */
export interface Aim {
  of: 'value' | 'ratio';
  is: 'at most' | 'at least';
  than: number;
}

/** Median by baseline's median; null without one. */
export function ratioOf(figure: Figure): number | null {
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
