import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '#libs/core/wait.js';

/** A real Traefik with the static configuration that `npm start` gives it. */
export interface RealTraefik {
  port: number;
  api: string;
  dynamic: string;
  end(): Promise<void>;
}

type StaticConfiguration = (copy: {
  settings: { bind: string; port: number };
  ports: { traefik: number };
  path: (...parts: string[]) => string;
}) => object;

export async function startTraefik(): Promise<RealTraefik> {
  const binary = process.env['TRAEFIK_BIN'] ?? 'traefik';
  const home = await mkdtemp(join(tmpdir(), 'berth-traefik-'));
  const [port, apiPort] = [await freePort(), await freePort()];
  const path = (...parts: string[]) => join(home, ...parts.slice(1));
  await mkdir(path('traefik', 'dynamic'));
  // A variable keeps the compiler from following the import: the bootstrap is plain JavaScript.
  const part = new URL('../../../infra/parts/traefik.mjs', import.meta.url).href;
  const { configuration } = (await import(part)) as { configuration: StaticConfiguration };
  const config = configuration({ settings: { bind: '127.0.0.1', port }, ports: { traefik: apiPort }, path });
  await writeFile(join(home, 'traefik.yml'), JSON.stringify(config));

  const child = spawn(binary, [`--configFile=${join(home, 'traefik.yml')}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const api = `http://127.0.0.1:${apiPort}`;
  await waitFor('Traefik to answer', async () => (await fetch(`${api}/ping`)).ok, { timeoutMs: 15_000 });
  return {
    port,
    api,
    dynamic: path('traefik', 'dynamic'),
    end: async () => {
      await stop(child);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
