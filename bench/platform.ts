import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = fileURLToPath(new URL('..', import.meta.url));
const berth = join(root, 'infra', 'berth.mjs');

export interface Part {
  name: string;
  version: string | null;
  state: string;
  pid: number | null;
  source: string;
}

/** A running platform, as `npm run status -- --json` tells of it. */
export interface Platform {
  home: string;
  port: number;
  domain: string;
  appsDomain: string;
  token: string;
  /** services.env: addresses of the parts. */
  env: Record<string, string>;
  parts: Part[];
}

/** The platform whose state directory this is; it must run. */
export async function findPlatform(home: string): Promise<Platform> {
  const status = await statusOf(home);
  if (!status.ready)
    throw new Error(`The Berth in the given state directory is not ready. Run "npm start" first.`);
  const platform = new URL(status.urls.platform);
  return {
    home,
    port: Number(platform.port === '' ? 80 : platform.port),
    domain: platform.hostname,
    appsDomain: status.urls.appsDomain,
    token: (await readFile(join(home, 'admin.token'), 'utf8')).trim(),
    env: parseEnv(await readFile(join(home, 'services.env'), 'utf8')),
    parts: status.parts,
  };
}

/** Starts a platform of its own in `home`, on a free port, fresh but for its caches. */
export async function startPlatform(home: string): Promise<Platform> {
  await command(['reset', '--yes', '--keep-caches'], home);
  await command(['start'], home, { BERTH_PORT: String(await freePort()) });
  return findPlatform(home);
}

/** Ends it and removes its data; programs and base images stay for the next run. */
export async function endPlatform(home: string): Promise<void> {
  await command(['reset', '--yes', '--keep-caches'], home);
}

export async function statusOf(
  home: string,
): Promise<{ ready: boolean; urls: { platform: string; appsDomain: string }; parts: Part[] }> {
  // The port that it runs on, whatever one the shell has for another.
  const { BERTH_PORT: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, [berth, 'status', '--json'], {
    env: { ...env, BERTH_HOME: home },
  });
  return JSON.parse(stdout) as Awaited<ReturnType<typeof statusOf>>;
}

async function command(args: string[], home: string, env: Record<string, string> = {}): Promise<void> {
  const child = spawn(process.execPath, [berth, ...args], {
    env: { ...process.env, BERTH_HOME: home, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`berth ${args.join(' ')} ended with ${code}.`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function parseEnv(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
