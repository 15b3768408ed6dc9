import { describe, expect, it } from 'vitest';
import type { NewLogLine } from '#libs/store/log-lines.js';
import { BuildLog } from './build-log.js';
import { Masker } from './masker.js';

function makeLog(options: { limits?: { lines: number; bytes: number }; fail?: () => boolean } = {}) {
  const stored: NewLogLine[] = [];
  let writes = 0;
  const append = async (lines: NewLogLine[]) => {
    writes += 1;
    if (options.fail?.()) throw new Error('away');
    stored.push(...lines);
  };
  const limits = { lines: 1000, bytes: 1e6, flushMs: 5, ...options.limits };
  const log = new BuildLog(append, new Masker({ TOKEN: 'very-secret' }), limits);
  return {
    log,
    stored,
    texts: () => stored.map(({ kind, text }) => `${kind} ${text}`),
    writes: () => writes,
  };
}

describe('build log', () => {
  it('keeps the order and masks every kind of line', async () => {
    const { log, texts, writes } = makeLog();
    log.phase('one very-secret');
    log.output('two very-secret');
    log.warning('three');
    log.warning('four very-secret');
    await log.flush();
    expect(texts()).toEqual([
      'phase one [TOKEN]',
      'detail two [TOKEN]',
      'warning three',
      'warning four [TOKEN]',
    ]);
    expect(log.tail()).toEqual(['two [TOKEN]']);
    expect(writes()).toBe(1);
  });

  it('cuts a build that prints without end, says so once, and still shows what Berth says and the last lines', async () => {
    const { log, texts } = makeLog({ limits: { lines: 3, bytes: 1e6 } });
    for (let index = 0; index < 100; index += 1) log.output(`line ${index}`);
    log.phase('after');
    await log.flush();
    expect(texts().slice(0, 3)).toEqual(['detail line 0', 'detail line 1', 'detail line 2']);
    expect(texts()[3]).toMatch(/^warning The build printed more than 3 lines/);
    expect(texts().slice(4)).toEqual(['phase after']);
    expect(log.tail().at(-1)).toBe('line 99');
    expect(log.tail()).toHaveLength(20);
  });

  it('loses nothing and changes no order while the store is away for a moment', async () => {
    let failures = 2;
    const { log, texts } = makeLog({ fail: () => failures-- > 0 });
    log.phase('a');
    await log.flush();
    log.phase('b');
    await log.flush();
    log.phase('c');
    await log.flush();
    expect(texts()).toEqual(['phase a', 'phase b', 'phase c']);
  });
});
