import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, span } from './bar.js';
import { styleFor, wantsColour } from './style.js';
import { table } from './table.js';
import { ago, duration, size } from './units.js';

describe('bar', () => {
  it('is always as wide as it was asked to be', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (share, columns) => {
          expect([...bar(share, columns)]).toHaveLength(columns);
        },
      ),
    );
    expect(bar(0.5, 4)).toBe('██░░');
  });
});

describe('span', () => {
  it('never leaves its scale, and shows even the shortest step', () => {
    const ms = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(ms, ms, ms, fc.integer({ min: 10, max: 60 }), (start, length, rest, columns) => {
        const drawn = span(start, length, start + length + rest, columns);
        expect([...drawn].length).toBeLessThanOrEqual(columns);
        expect(drawn.trim()).not.toBe('');
      }),
    );
  });
});

describe('table', () => {
  const rows = [{ a: 'x', b: 'something long that may be cut' }];
  const columns = [
    { title: 'A', cell: (row: (typeof rows)[number]) => row.a },
    { title: 'B', cell: (row: (typeof rows)[number]) => row.b, shrinks: true as const },
  ];
  const heading = (text: string): string => text;

  it('cuts for a narrow terminal what may be cut, and nothing in a pipe', () => {
    expect(table(rows, columns, { columns: 20, heading })[1]).toBe('x  something long t…');
    expect(table(rows, columns, { columns: null, heading })[1]).toBe('x  something long that may be cut');
  });

  it('leaves out what is empty and what is minor before it takes a line for each cell', () => {
    const row = { name: '应用程序', state: 'live', empty: '', host: 'local' };
    const wide = [
      { title: 'APP', cell: (one: typeof row) => one.name },
      { title: 'STATE', cell: (one: typeof row) => one.state },
      { title: 'REASON', cell: (one: typeof row) => one.empty, shrinks: true as const },
      { title: 'HOST', cell: (one: typeof row) => one.host, minor: true as const },
    ];
    const at = (columns: number): string[] => table([row, row], wide, { columns, heading });
    expect(at(22)).toEqual(['APP       STATE  HOST', '应用程序  live   local', '应用程序  live   local']);
    expect(at(21)[1]).toBe('应用程序  live');
    expect(at(14)).toEqual([
      'APP    应用程序',
      'STATE  live',
      'HOST   local',
      '',
      'APP    应用程序',
      'STATE  live',
      'HOST   local',
    ]);
  });

  it('lines coloured cells up with plain ones', () => {
    const green = styleFor(true).green;
    const two = [
      { a: green('live'), b: '1' },
      { a: 'no-release', b: '2' },
    ];
    const lines = table(two, columns, { columns: null, heading });
    expect(lines[1]).toBe(`${green('live')}        1`);
    expect(lines[2]).toBe('no-release  2');
  });
});

describe('units', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_234, '1.2 s'],
    [59_999, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_723_000, '1 h 2 min'],
  ])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

  it.each([
    [12, '12 B'],
    [1_500, '1.5 kB'],
    [83_200_000, '83.2 MB'],
    [999_960_000, '1.00 GB'],
  ])('%i bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text));

  it.each([
    [2, 'just now'],
    [59, '59 s ago'],
    [61, '1 min ago'],
    [7_300, '2 h ago'],
    [3 * 86_400, '3 d ago'],
    [60 * 86_400, '2026-09-25'],
  ])('%i s before now is %s', (seconds, text) => {
    const now = new Date('2026-11-24T12:00:00Z');
    expect(ago(new Date(now.getTime() - seconds * 1_000).toISOString(), now)).toBe(text);
  });
});

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('terminal %s with %j: %s', (isTerminal, env, wanted) =>
    expect(wantsColour(isTerminal, env)).toBe(wanted),
  );
});
