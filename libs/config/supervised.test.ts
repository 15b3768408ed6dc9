import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { watchSupervisor } from './supervised.js';

let dir: string;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-supervised-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(dir, { recursive: true });
});

/** A supervisor's socket; counts who looked. */
async function supervisor() {
  const seen = { looks: 0 };
  const server = createServer(() => (seen.looks += 1)).listen(join(dir, 'supervisor.sock'));
  await once(server, 'listening');
  const close = () => new Promise((resolve) => server.close(resolve));
  ends.push(close);
  return { seen, close };
}

/** Watches, with a program that only notes that it was run; tells how often it was. */
async function watch(): Promise<() => Promise<number>> {
  const program = join(dir, 'again.mjs');
  const note = join(dir, 'runs');
  await writeFile(
    program,
    `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(note)}, 'x');`,
  );
  ends.push(watchSupervisor({ BERTH_RUN_DIR: dir, BERTH_SUPERVISE: program }, 10));
  return async () => (await readFile(note, 'utf8').catch(() => '')).length;
}

const soon = { timeoutMs: 10_000 };

describe('a service', () => {
  it('has a supervisor that was killed started again, and leaves one that lives alone', async () => {
    const { seen, close } = await supervisor();
    const runs = await watch();
    await waitFor('some looks', () => seen.looks > 3, soon);
    expect(await runs()).toBe(0);
    await close();
    await waitFor('it to be started', async () => (await runs()) > 0, soon);
  });

  it('asks again as long as there is none', async () => {
    const runs = await watch();
    await waitFor('several tries', async () => (await runs()) > 2, soon);
  });
});
