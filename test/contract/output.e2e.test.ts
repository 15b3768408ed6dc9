import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { visitJson } from '../support/berth.js';
import { bring, contractApp, host, logged, tiers } from '../support/contract-app.js';

beforeAll(contractApp);

describe.each(tiers)('what an app prints that was %s', (tier) => {
  it('is kept line by line, each stream in its order, with stream and time; stdin is at its end', async () => {
    const say = randomBytes(4).toString('hex');
    const n = 150;
    await bring(tier);
    await visitJson(host, `/say?say=${say}&n=${n}`);
    const lines = await waitFor(
      'all lines',
      async () => {
        const found = await logged(say);
        return found.length >= 2 * n && found;
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
    const { BERTH_INSTANCE: instance } = await visitJson<Record<string, string>>(host, '/env');
    for (const stream of ['stdout', 'stderr']) {
      const own = lines.filter((line) => line.stream === stream);
      const word = stream === 'stdout' ? 'out' : 'err';
      expect(own.map(({ text }) => text)).toEqual(
        Array.from({ length: n }, (_, index) => `${say} ${word} ${index}`),
      );
      expect(own.map(({ at }) => at)).toEqual(own.map(({ at }) => at).sort());
      expect(new Set(own.map((line) => line.instance))).toEqual(new Set([instance]));
    }
    expect(await visitJson(host, '/stdin')).toEqual({ read: 0 });
  });
});

describe('a line', () => {
  it('is whole, however long up to 64 KiB', async () => {
    const say = randomBytes(4).toString('hex');
    await visitJson(host, `/long?say=${say}&n=60000`);
    const [line] = await waitFor(
      'the line',
      async () => {
        const found = await logged(say);
        return found.length > 0 && found;
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
    expect(line?.text).toBe(`${say}${'x'.repeat(60_000)}end`);
  });
});
