import { cut, pad, padStart, width } from './text.js';

export interface Column<T> {
  title: string;
  cell: (row: T) => string;
  align?: 'right';
  /** Gives way when the terminal is narrow; the first such column first. */
  shrinks?: true;
  /** Left out when the terminal is too narrow for all; the last such column first. */
  minor?: true;
}

/** A column with what it shows. */
interface Field {
  column: Omit<Column<never>, 'cell'>;
  cells: readonly string[];
  width: number;
}

const GAP = 2;
/** A column shrinks to so many columns, or to its title. */
const LEAST = 8;

/**
 * Rows under their titles, as wide as their content. On a terminal (`columns` set) what is empty is left out and what may shrink does; where even
 * that is too wide each row stands below the other, a line for each of its cells. In a pipe all is as it is.
 */
export function table<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  options: { columns: number | null; heading: (text: string) => string },
): string[] {
  const { columns: available, heading } = options;
  const all = columns.map((column) => fieldOf(rows, column));
  if (available === null) return lines(all, rows.length, heading);
  const filled = all.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const fields = withoutMinor(filled, available);
  if (taken(fields, least) > available) return cards(filled, rows.length, heading);
  shrink(fields, available);
  return lines(fields, rows.length, heading);
}

function fieldOf<T>(rows: readonly T[], column: Column<T>): Field {
  const cells = rows.map((row) => column.cell(row));
  return { column, cells, width: Math.max(width(column.title), ...cells.map(width)) };
}

function taken(fields: readonly Field[], of: (field: Field) => number): number {
  return fields.reduce((sum, field) => sum + of(field), 0) + GAP * (fields.length - 1);
}

function least({ column, width: wanted }: Field): number {
  return column.shrinks ? Math.min(wanted, Math.max(LEAST, width(column.title))) : wanted;
}

function withoutMinor(fields: readonly Field[], available: number): Field[] {
  const kept = [...fields];
  while (taken(kept, least) > available) {
    const last = kept.findLastIndex(({ column }) => column.minor);
    if (last < 0) break;
    kept.splice(last, 1);
  }
  return kept;
}

function shrink(fields: readonly Field[], available: number): void {
  for (const field of fields) {
    const excess = taken(fields, (one) => one.width) - available;
    if (excess <= 0) return;
    field.width = Math.max(least(field), field.width - excess);
  }
}

function lines(fields: readonly Field[], rows: number, heading: (text: string) => string): string[] {
  const line = (textOf: (field: Field) => string): string =>
    fields
      .map((field) => {
        const fitted = cut(textOf(field), Math.max(1, field.width));
        return field.column.align === 'right' ? padStart(fitted, field.width) : pad(fitted, field.width);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [
    heading(line(({ column }) => column.title)),
    ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? '')),
  ];
}

/** Each row as lines of its own, an empty one between two rows. */
function cards(fields: readonly Field[], rows: number, heading: (text: string) => string): string[] {
  const widest = Math.max(...fields.map(({ column }) => width(column.title)));
  return Array.from({ length: rows }, (_, row) => [
    ...(row > 0 ? [''] : []),
    ...fields
      .filter(({ cells }) => cells[row] !== '')
      .map(({ column, cells }) => `${heading(pad(column.title, widest))}${' '.repeat(GAP)}${cells[row]}`),
  ]).flat();
}
