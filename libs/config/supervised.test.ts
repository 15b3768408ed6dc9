import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
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

/** A supervisor's socket. `calls` counts who came; `hangUp` ends their connections, `kill` the socket as well. */
async function supervisor() {
  const seen = { calls: 0 };
  const held = new Set<Socket>();
  const server = createServer((call) => {
    seen.calls += 1;
    held.add(call);
  }).listen(join(dir, 'supervisor.sock'));
  await once(server, 'listening');
  const hangUp = () => held.forEach((call) => call.destroy());
  const kill = () => {
    const closed = new Promise((resolve) => server.close(resolve));
    hangUp();
    return closed;
  };
  ends.push(kill);
  return { seen, hangUp, kill };
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
    const { seen, hangUp, kill } = await supervisor();
    const runs = await watch();
    for (const call of [1, 2, 3]) {
      await waitFor('it to be watched', () => seen.calls === call, soon);
      hangUp();
    }
    await waitFor('it to be watched again', () => seen.calls === 4, soon);
    expect(await runs()).toBe(0);
    await kill();
    await waitFor('it to be started', async () => (await runs()) > 0, soon);
  });

  it('asks again as long as there is none', async () => {
    const runs = await watch();
    await waitFor('several tries', async () => (await runs()) > 2, soon);
  });
});
