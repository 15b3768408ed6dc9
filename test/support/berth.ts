import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import supertest from 'supertest';
import { waitFor } from '#libs/core/wait.js';
import { DockerEngine } from '#libs/engine/docker/docker-engine.js';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

/** The platform that the global set-up (test/platform.ts) started. */
export const home = env('BERTH_E2E_HOME');
const origin = new URL(env('BERTH_E2E_URL'));
export const port = Number(origin.port);
export const platformHost = origin.host;
export const appsDomain = process.env.BERTH_E2E_APPS_DOMAIN ?? 'apps.localhost';
export const token = (): string => readFileSync(join(home, 'admin.token'), 'utf8').trim();

/** A setting that the platform's own processes have, secrets included. */
export function setting(name: string): string {
  const line = readFileSync(join(home, 'services.env'), 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`services.env has no ${name}`);
  return line.slice(name.length + 1);
}

/** Host header of an app, as a browser would send it. */
export const hostOf = (app: string): string => `${app}.${appsDomain}:${port}`;

/** A REST call as the administrator (or with another token). Names that end in .localhost are dialled as loopback. */
export function api(
  method: 'get' | 'post' | 'patch' | 'delete' | 'put',
  path: string,
  bearer = token(),
): supertest.Test {
  return supertest(`http://127.0.0.1:${port}`)
    [method](path)
    .set('Host', platformHost)
    .set('Authorization', `Bearer ${bearer}`);
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request through the edge, as a visitor of `host`. Every visit has a connection of its own. */
export function visit(
  host: string,
  path = '/',
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
    timeoutMs?: number;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        agent: false,
        headers: { host, connection: 'close', ...options.headers },
        timeout: options.timeoutMs ?? 30_000,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer from ${host}${path}`)));
    request.on('error', reject);
    request.end(options.body);
  });
}

/** The JSON that an app under test answered. */
export async function visitJson<T = Record<string, unknown>>(host: string, path = '/'): Promise<T> {
  const answer = await visit(host, path);
  if (answer.status !== 200)
    throw new Error(`${host}${path} answered ${answer.status}: ${answer.body.slice(0, 300)}`);
  return JSON.parse(answer.body) as T;
}

export interface DeploymentView {
  number: number;
  status: string;
  trigger: string;
  error: { code: string; step: string; message: string; hint: string | null; lines: string[] } | null;
  release: { number: number } | null;
  steps: {
    name: string;
    outcome: string;
    startedAt: string;
    endedAt: string | null;
    detail: Record<string, unknown>;
  }[];
  build: {
    language: string;
    image: string;
    layers: { part: string; reused: boolean; sizeBytes: number; whyNot: string | null }[];
    registries: { kind: string; what: string | null; from: string; outcome: string; note: string | null }[];
  } | null;
}

export async function deployment(app: string, number: number): Promise<DeploymentView> {
  const { body } = await api('get', `/v1/apps/${app}/deployments/${number}`).expect(200);
  return body as DeploymentView;
}

const ends = ['live', 'failed', 'cancelled', 'superseded'];

/** Waits until a deployment reached one of its four ends. */
export function ended(app: string, number: number, timeoutMs = 90_000): Promise<DeploymentView> {
  return waitFor(
    `the end of ${app} #${number}`,
    async () => {
      const view = await deployment(app, number);
      return ends.includes(view.status) && view;
    },
    { timeoutMs, everyMs: 50 },
  );
}

export interface Part {
  name: string;
  state: string;
  pid: number | null;
}

/** `npm run status -- --json` of the platform under test. */
export async function status(): Promise<{ parts: Part[] }> {
  const { stdout } = await run(process.execPath, [join(root, 'infra/berth.mjs'), 'status', '--json'], {
    env: { ...process.env, BERTH_HOME: home },
  });
  return JSON.parse(stdout) as { parts: Part[] };
}

/** The pid that the supervisor has written down for a part: `status` measures memory too, which takes a while. */
function recorded(name: string): number | null {
  const records = JSON.parse(readFileSync(join(setting('BERTH_RUN_DIR'), 'runs.json'), 'utf8')) as {
    parts: Record<string, { identity?: { pid: number } | null }>;
  };
  return records.parts[name]?.identity?.pid ?? null;
}

/** kill -9 of one of the platform's own processes, by its pid; resolves when the supervisor has another in its place. */
export async function killPart(name: string): Promise<void> {
  const pidOf = async () =>
    name === 'supervisor'
      ? ((await status()).parts.find((part) => part.name === name)?.pid ?? null)
      : recorded(name);
  const before = await pidOf();
  if (before === null) throw new Error(`${name} does not run`);
  process.kill(before, 'SIGKILL');
  await waitFor(
    `another ${name}`,
    async () => {
      const now = await pidOf();
      return now !== null && now !== before;
    },
    { timeoutMs: 60_000, everyMs: 100 },
  );
}

let truth: DockerEngine | undefined;

/** Containers of this copy on the Engine, by label; asks the Engine itself, past Berth. */
export async function containers(
  filter: Record<string, string> = {},
): Promise<{ Id: string; Labels: Record<string, string>; State: string }[]> {
  const labels = [
    `berth.id=${env('BERTH_E2E_ID')}`,
    ...Object.entries(filter).map(([key, value]) => `${key}=${value}`),
  ];
  const query = encodeURIComponent(JSON.stringify({ label: labels }));
  const answer = await engine('GET', `/containers/json?all=1&filters=${query}`);
  const rows = JSON.parse(answer) as { Id: string; Labels: Record<string, string>; State: string }[];
  // The Engine does not know of the kernel's freezer.
  truth ??= new DockerEngine({ dockerHost: env('BERTH_E2E_DOCKER'), berthId: env('BERTH_E2E_ID') });
  const frozen = new Set((await truth.list()).filter((v) => v.state === 'paused').map((view) => view.id));
  return rows.map((row) => (frozen.has(row.Id) ? { ...row, State: 'paused' } : row));
}

/** A bare call of the Engine's API. */
export function engine(method: string, path: string): Promise<string> {
  const socketPath = env('BERTH_E2E_DOCKER').replace(/^unix:\/\//, '');
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, path, method, headers: { host: 'engine' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if ((response.statusCode ?? 500) >= 400)
          reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        else resolve(text);
      });
    });
    request.on('error', reject);
    request.end();
  });
}

function env(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run these tests as project "e2e".`);
  return value;
}
