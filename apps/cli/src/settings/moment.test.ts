import { describe, expect, it } from 'vitest';
import { readMoment } from './moment.js';

const now = new Date('2026-11-24T10:00:00Z');

describe('a moment', () => {
  it.each([
    ['10m', '2026-11-24T09:50:00.000Z'],
    ['1h30m', '2026-11-24T08:30:00.000Z'],
    ['2d', '2026-11-22T10:00:00.000Z'],
    ['2026-11-23T08:00:00Z', '2026-11-23T08:00:00.000Z'],
    ['2026-11-23T08:00:00+02:00', '2026-11-23T06:00:00.000Z'],
    ['2026-11-23', new Date(2026, 10, 23).toISOString()],
    ['2026-11-23 08:30', new Date(2026, 10, 23, 8, 30).toISOString()],
  ])('%s is %s', (written, iso) => expect(readMoment(written, now)).toBe(iso));

  it.each(['yesterday', '10', '', '2026-13-40', 'm', '5 m'])(
    '%j is refused with what may be written',
    (text) => {
      expect(() => readMoment(text, now)).toThrow(/is no time/);
    },
  );
});
