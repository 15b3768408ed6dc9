/** How one text becomes another, line by line: Myers' algorithm (1986), as git uses it. Pure. */

export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/**
 * The shortest list of added and removed lines that turns `before` into `after`; null when it takes more than `maxEdits`
 * (time grows with lines times edits, memory with the square of the edits).
 */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
  maxEdits = 1_000,
): DiffLine[] | null {
  const trace = shortestPath(before, after, maxEdits);
  return trace === null ? null : backtrack(before, after, trace);
}

/** The furthest reach on each diagonal after each number of edits; diagonals -d to d lie at 0 to 2d. */
function shortestPath(
  before: readonly string[],
  after: readonly string[],
  maxEdits: number,
): Int32Array[] | null {
  const trace: Int32Array[] = [];
  const most = Math.min(maxEdits, before.length + after.length);
  for (let edits = 0; edits <= most; edits++) {
    const reach = new Int32Array(2 * edits + 1);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOf(trace[edits - 1], edits, diagonal);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      reach[diagonal + edits] = x;
      if (x >= before.length && x - diagonal >= after.length) return [...trace, reach];
    }
    trace.push(reach);
  }
  return null;
}

/** Where a diagonal is entered: from the one above by a removed line, or from the one below by an added one. */
function startOf(reached: Int32Array | undefined, edits: number, diagonal: number): number {
  if (reached === undefined) return 0;
  return cameByAdding(reached, edits, diagonal)
    ? at(reached, edits - 1, diagonal + 1)
    : at(reached, edits - 1, diagonal - 1) + 1;
}

function cameByAdding(reached: Int32Array, edits: number, diagonal: number): boolean {
  if (diagonal === -edits) return true;
  if (diagonal === edits) return false;
  return at(reached, edits - 1, diagonal - 1) < at(reached, edits - 1, diagonal + 1);
}

function at(reached: Int32Array, edits: number, diagonal: number): number {
  return reached[diagonal + edits] ?? 0;
}

function backtrack(before: readonly string[], after: readonly string[], trace: Int32Array[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const diagonal = x - y;
    const reached = trace[edits - 1];
    const start = startOf(reached, edits, diagonal);
    while (x > start) {
      lines.push({ kind: 'same', text: before[--x] ?? '' });
      y--;
    }
    if (reached === undefined) break;
    if (cameByAdding(reached, edits, diagonal)) lines.push({ kind: 'added', text: after[--y] ?? '' });
    else lines.push({ kind: 'removed', text: before[--x] ?? '' });
  }
  return lines.reverse();
}

/** Changed lines with so many unchanged ones around, in unified form (`@@ -1,4 +1,5 @@`, then ` `, `+` and `-` lines). */
export function unified(lines: readonly DiffLine[], around = 3): string {
  const shown = new Set<number>();
  lines.forEach(({ kind }, index) => {
    if (kind === 'same') return;
    for (let near = index - around; near <= index + around; near++) if (lines[near]) shown.add(near);
  });
  const out: string[] = [];
  let before = 1;
  let after = 1;
  for (let index = 0; index < lines.length; index++) {
    if (shown.has(index) && !shown.has(index - 1)) {
      let end = index;
      while (shown.has(end)) end++;
      const hunk = lines.slice(index, end);
      const old = hunk.filter(({ kind }) => kind !== 'added').length;
      const now = hunk.filter(({ kind }) => kind !== 'removed').length;
      out.push(`@@ -${old === 0 ? before - 1 : before},${old} +${now === 0 ? after - 1 : after},${now} @@`);
    }
    const line = lines[index] as DiffLine;
    if (shown.has(index)) out.push(`${signs[line.kind]}${line.text}`);
    if (line.kind !== 'added') before++;
    if (line.kind !== 'removed') after++;
  }
  return out.join('\n');
}

const signs = { same: ' ', added: '+', removed: '-' } as const;
