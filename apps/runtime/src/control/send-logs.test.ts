import { describe, expect, it } from 'vitest';
import { matcher } from './send-logs.js';

const line = (text: string, at = '2026-01-01T10:00:00.123456789Z', instance = 'one', process = 'web') => ({
  ...{ at, instance, process, release: 1, stream: 'stdout' as const, text },
});

describe('the lines of a log that were asked for', () => {
  it('are all of them when nothing is asked', () => {
    expect(matcher({})(line('x'))).toBe(true);
  });
  it('are those of a time, its end left out', () => {
    const between = matcher({ since: '2026-01-01T10:00:00Z', until: '2026-01-01T11:00:00Z' });
    expect(between(line('x'))).toBe(true);
    expect(between(line('x', '2026-01-01T09:59:59.999999999Z'))).toBe(false);
    expect(between(line('x', '2026-01-01T11:00:00Z'))).toBe(false);
  });
  it('are those of one-offs only for who may see them', () => {
    const printed = { ...line('x'), oneOff: true as const };
    expect(matcher({})(printed)).toBe(true);
    expect(matcher({ withoutOneOffs: '1' })(printed)).toBe(false);
    expect(matcher({ withoutOneOffs: '1' })(line('x'))).toBe(true);
  });
  it('must answer to each filter: text, instance, process type, level', () => {
    const wanted = matcher({ search: 'DISK', instance: 'one', process: 'web', level: 'warn' });
    expect(wanted(line('[warn] disk full'))).toBe(true);
    expect(wanted(line('[info] disk full'))).toBe(false);
    expect(wanted(line('[warn] disk full', undefined, 'two'))).toBe(false);
    expect(wanted(line('[warn] disk full', undefined, 'one', 'worker'))).toBe(false);
    expect(wanted(line('[warn] network'))).toBe(false);
  });
});
