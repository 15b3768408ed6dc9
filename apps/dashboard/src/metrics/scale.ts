/** Where a chart's values lie on the screen. Pure, so that it can be tested without a browser. */

/** Round numbers from 0 to at least `highest`, three to six of them; `whole` allows no fractions. */
export function valueTicks(highest: number, whole = false): number[] {
  const rough = Math.max(highest, whole ? 1 : 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const step = whole ? Math.max(1, Math.ceil(round)) : round;
  const many = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: many + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

const minute = 60_000;
const timeSteps = [10_000, 30_000, ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360].map((m) => m * minute)];

/** Round times of the day (in the reader's zone) within a span, at most `most`. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const step = timeSteps.find((each) => (to - from) / each <= most) ?? 360 * minute;
  // Zones differ from UTC by whole quarters of an hour; longer steps are counted from the local midnight.
  const offset = new Date(from).getTimezoneOffset() * minute;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const ticks: number[] = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}

export type Point = { at: number; value: number | null };

/** SVG path of a line through the points; broken where a value or a whole step is missing. */
export function linePath(
  points: readonly Point[],
  stepMs: number,
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let before: number | null = null;
  for (const { at, value } of points) {
    if (value === null) {
      before = null;
      continue;
    }
    const joined = before !== null && at - before <= stepMs * 1.5;
    // A lone point is a short stroke, so that it can be seen.
    path += `${joined ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}${joined ? '' : 'h0.01'}`;
    before = at;
  }
  return path;
}

/** The point whose time is nearest; null when there is none. */
export function nearest<T extends { at: number }>(points: readonly T[], at: number): T | null {
  let best: T | null = null;
  for (const point of points)
    if (best === null || Math.abs(point.at - at) < Math.abs(best.at - at)) best = point;
  return best;
}
