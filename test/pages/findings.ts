import { budgets, flaws, limitOf, type Flaw, type Measure } from '#apps/dashboard/build/budgets.js';

/** What was measured of one page, in one look. */
export interface PageReport {
  /** Path, and how it was looked at. */
  page: string;
  numbers: Record<Measure, number>;
  flaws: { kind: Flaw; what: string }[];
  /** Beginnings of the elements that moved while it loaded. */
  shifted: string[];
  /** Printed, never judged: in milliseconds. */
  timings: { firstPaint: number; largestPaint: number; longTasks: number };
}

/** One sentence each on what is over its budget or wrong, where, and how to mend it. */
export function findings({ page, numbers, flaws: wrong, shifted }: PageReport): string[] {
  const over = (Object.keys(budgets) as Measure[])
    .filter((measure) => numbers[measure] > limitOf(measure, page))
    .map((measure) => {
      const { what, unit, mend } = budgets[measure];
      const most = amount(limitOf(measure, page), unit);
      const moved = measure === 'layoutShift' ? ` Moved: ${shifted.join(' | ')}.` : '';
      return `${page}: ${what}: ${amount(numbers[measure], unit)}, budget ${most}. ${mend}${moved}`;
    });
  return [...over, ...wrong.map(({ kind, what }) => `${page}: ${kind}: ${what}. ${flaws[kind]}`)];
}

/** A table for a terminal: a row for each page, a column for each measure, the budget beneath. */
export function table(reports: PageReport[]): string {
  const measures = Object.keys(budgets) as Measure[];
  const rows = [
    ['page', ...measures.map((measure) => budgets[measure].name), 'FCP ms', 'LCP ms', 'long ms', 'flaws'],
    ...reports.map(({ page, numbers, flaws: wrong, timings }) => [
      page,
      ...measures.map((measure) => cell(numbers[measure], limitOf(measure, page))),
      ...[timings.firstPaint, timings.largestPaint, timings.longTasks].map((ms) => String(Math.round(ms))),
      wrong.length === 0 ? '' : String(wrong.length),
    ]),
    ['budget', ...measures.map((measure) => amount(budgets[measure].limit, '')), '', '', '', '0'],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => pad(text, widths[column]!, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const pad = (text: string, width: number, column: number) =>
  column === 0 ? text.padEnd(width) : text.padStart(width);

const cell = (value: number, limit: number) => `${amount(value, '')}${value > limit ? '!' : ''}`;

function amount(value: number, unit: string): string {
  const text = Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(3);
  return unit === '' ? text : `${text} ${unit}`;
}
