import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '#libs/core/wait.js';
import { askControl } from '../src/control-client.js';
import type { Settings } from '../src/settings.js';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The activator as a process of its own, with nothing in its environment but its settings. */
export async function spawnActivator(settings: Settings, drainSeconds = 20): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--conditions=berth-source', main], {
    env: {
      BERTH_HOME: settings.home,
      BERTH_RUN_DIR: settings.runDir,
      BERTH_ACTIVATOR_PORT: String(settings.port),
      BERTH_NAMES_PORT: String(settings.namesPort),
      BERTH_ACTIVATOR_DRAIN_S: String(drainSeconds),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  await waitFor(
    'the activator to take the control socket',
    async () => {
      if (child.exitCode !== null) throw new Error(`The activator ended: ${said.join('')}`);
      const health = await askControl(
        join(settings.runDir, 'activator.sock'),
        { method: 'GET', path: '/healthz' },
        500,
      );
      return (health.body as { pid: number }).pid === child.pid;
    },
    { timeoutMs: 15_000 },
  );
  return child;
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
