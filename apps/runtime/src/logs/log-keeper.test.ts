import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogLine, LogOptions } from '#libs/engine/port.js';
import { LogKeeper, oneOffChars, type LogSource } from './log-keeper.js';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-logs-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const at = (n: number): string => `2026-01-02T03:04:05.${String(n).padStart(9, '0')}Z`;

/** An engine whose one container has printed these lines and ended. */
function printed(texts: string[]) {
  return {
    async *logs(_: string, { since }: LogOptions): AsyncGenerator<LogLine> {
      for (const [n, text] of texts.entries())
        if (since === undefined || at(n) > since) yield { at: at(n), stream: 'stdout', text };
    },
    inspect: () => Promise.resolve(null),
  };
}
const sourceOf = (appId: string, more: Partial<LogSource>): LogSource => ({
  ...{ appId, instanceId: 'one', process: 'run', release: 1, containerId: `c-${appId}` },
  ...more,
});

async function kept(texts: string[], more: Partial<LogSource>) {
  const keeper = new LogKeeper(printed(texts), home, () => undefined);
  const source = sourceOf(crypto.randomUUID(), more);
  keeper.follow(source);
  await keeper.written(source.containerId);
  return keeper.read(source.appId, 2_000);
}

describe('the log of a one-off', () => {
  it('is what its terminal showed, each line marked as a one-off’s', async () => {
    const lines = await kept(['$ lsx\b \b\r', '\u001b[?2004l', 'file'], {
      oneOff: { terminal: true },
      begins: 'new',
    });
    expect(lines).toMatchObject([
      { text: '$ ls', oneOff: true, instance: 'one' },
      { text: 'file', oneOff: true },
    ]);
  });

  it('ends with a word of Berth’s own when it is too long, and does not go on at the next look', async () => {
    const long = Array.from({ length: 40 }, () => 'x'.repeat(oneOffChars / 32));
    const keeper = new LogKeeper(printed(long), home, () => undefined);
    const source = sourceOf(crypto.randomUUID(), { oneOff: { terminal: false }, begins: 'new' });
    const said: string[] = [];
    const stopped = new Promise<void>((resolve) =>
      keeper.listen(source.appId, (lines) => {
        said.push(...lines.map(({ text }) => text));
        if (lines.some(({ stream }) => stream === 'stderr')) resolve();
      }),
    );
    keeper.follow(source);
    await stopped;
    expect(said).toHaveLength(33);
    expect(said.at(-1)).toContain('more than 1 MiB');
    const { begins: _, ...later } = source;
    keeper.follow(later);
    await keeper.stop();
    expect(await keeper.read(source.appId, 2_000)).toHaveLength(33);
  });

  it('is no limit for an app’s own instances', async () => {
    const lines = await kept(
      Array.from({ length: 40 }, () => 'x'.repeat(oneOffChars / 32)),
      { process: 'web' },
    );
    expect(lines).toHaveLength(40);
    expect(lines[0]).not.toHaveProperty('oneOff');
  });
});
