import { cut, pad, padStart, width } from './text.js';

export interface Column<T> {
  title: string;
  cell: (row: T) => string;
  align?: 'right';
  /** Gives way when the terminal is narrow; the first such column first. */
  shrinks?: true;
}

const GAP = 2;

/**
 * Rows under their titles, as wide as their content. On a terminal (`columns` set) the columns that may shrink do; in a pipe
 * nothing is cut.
 */
export function table<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  options: { columns: number | null; heading: (text: string) => string },
): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ title }, index) =>
    Math.max(width(title), ...cells.map((row) => width(row[index] ?? ''))),
  );
  if (options.columns !== null) shrink(widths, columns, options.columns);
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const columnWidth = widths[index] ?? 0;
        const fitted = cut(text, Math.max(1, columnWidth));
        return columns[index]?.align === 'right' ? padStart(fitted, columnWidth) : pad(fitted, columnWidth);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [options.heading(line(columns.map(({ title }) => title))), ...cells.map(line)];
}

function shrink<T>(widths: number[], columns: readonly Column<T>[], available: number): void {
  for (const [index, column] of columns.entries()) {
    const excess = widths.reduce((sum, one) => sum + one, 0) + GAP * (columns.length - 1) - available;
    if (excess <= 0) return;
    if (column.shrinks) widths[index] = Math.max(8, width(column.title), (widths[index] ?? 0) - excess);
  }
}
