import type { Replayed } from '#bench/simulate/replay.js';

export interface Line {
  trace: string;
  scaler: string;
  seconds: number;
  result: Replayed;
  /** What the ideal scaler paid for the same requests. */
  idealSeconds: number;
}

const head = [
  'trace',
  'scaler',
  'requests',
  'refused',
  'instances (mean)',
  'most',
  'changes',
  'waited > 10 ms',
  'wait p50',
  'p99',
  'max',
  'cost (instance h)',
  'of ideal',
];

/** Markdown; readable in a terminal as it is. */
export function table(lines: readonly Line[]): string {
  const rows = [head, ...lines.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const print = (row: string[]) => `| ${row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => `${'-'.repeat(width + 1)}:`).join('|')}|`;
  return [print(head), rule, ...rows.slice(1).map(print)].join('\n');
}

function cellsOf({ trace, scaler, seconds, result, idealSeconds }: Line): string[] {
  const { waits } = result;
  const waited = waits.filter((wait) => wait > 0.01).length / Math.max(1, waits.length);
  return [
    trace,
    scaler,
    String(result.requests),
    String(result.refused),
    (result.instanceSeconds / seconds).toFixed(2),
    String(result.most),
    String(result.changes),
    `${(waited * 100).toFixed(2)} %`,
    time(at(waits, 0.5)),
    time(at(waits, 0.99)),
    time(at(waits, 1)),
    (result.instanceSeconds / 3_600).toFixed(2),
    (result.instanceSeconds / idealSeconds).toFixed(2),
  ];
}

/** The q-quantile of sorted numbers. */
export function at(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

function time(seconds: number): string {
  return seconds >= 1 ? `${seconds.toFixed(2)} s` : `${(seconds * 1_000).toFixed(0)} ms`;
}
