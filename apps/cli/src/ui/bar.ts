const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many columns, filled by a share from 0 to 1, in eighths of a column. */
export function bar(share: number, columns: number): string {
  const parts = Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
  const full = '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
  return full + '░'.repeat(Math.max(0, columns - Math.ceil(parts / 8)));
}

/** A piece of time on a scale of so many columns: where it began, how long it took; at least a sliver. */
export function span(start: number, length: number, total: number, columns: number): string {
  if (total <= 0) return '▏';
  const from = Math.min(columns - 1, Math.floor((start / total) * columns));
  const parts = Math.max(1, Math.round((length / total) * columns * 8));
  const room = (columns - from) * 8;
  const fitted = Math.min(parts, room);
  return ' '.repeat(from) + '█'.repeat(Math.floor(fitted / 8)) + (eighths[fitted % 8] ?? '');
}
