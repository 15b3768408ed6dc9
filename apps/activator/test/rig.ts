import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouteTable, RouteTarget } from '#libs/contracts/edge.js';
import { startActivator, type Activator } from '../src/activator.js';
import { askControl, type ControlAnswer } from '../src/control-client.js';
import type { KeptSockets } from '#libs/config/kept-sockets.js';
import { defaultLimits, type Limits } from '../src/limits.js';
import type { Settings } from '../src/settings.js';

/** What a test needs around an activator: apps to put behind it, an activator of its own, clients; and the end of all of it. */
export class Rig {
  readonly #ends: (() => Promise<unknown> | unknown)[] = [];
  #generation = 0;

  /** An app on a port of its own. */
  async app(listener: RequestListener, port = 0): Promise<{ server: Server; port: number }> {
    const server = createServer(listener);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return { server, port: (server.address() as AddressInfo).port };
  }

  async settings(): Promise<Settings> {
    const home = await mkdtemp(join(tmpdir(), 'berth-act-'));
    this.#ends.push(() => rm(home, { recursive: true, force: true }));
    return {
      home,
      runDir: home,
      port: await freePort(),
      namesPort: await freePort(),
      scheme: 'http',
      platform: 'http://berth.localhost:8080',
    };
  }

  async activator(
    limits: Partial<Limits> = {},
    settings?: Settings,
    sockets?: KeptSockets,
  ): Promise<{ activator: Activator; settings: Settings }> {
    const made = settings ?? (await this.settings());
    const activator = await startActivator(made, { ...defaultLimits, ...limits }, undefined, sockets);
    this.#ends.push(() => activator.drain(50));
    return { activator, settings: made };
  }

  /** The next table of this rig. */
  table(hosts: Record<string, RouteTarget>): RouteTable {
    this.#generation += 1;
    return { epoch: 1, generation: this.#generation, hosts };
  }

  async putTable(settings: Settings, table: RouteTable): Promise<ControlAnswer> {
    return askControl(
      join(settings.runDir, 'activator.sock'),
      { method: 'PUT', path: '/table', body: table },
      5_000,
    );
  }

  onEnd(end: () => Promise<unknown> | unknown): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
    this.#ends.length = 0;
  }
}

/** A target in state serving, with one instance per port. */
export function serving(app: string, ...ports: number[]): RouteTarget {
  return {
    appId: `id-${app}`,
    app,
    releaseNumber: 1,
    state: 'serving',
    message: null,
    instances: ports.map((port) => ({ instanceId: `${app}-${port}`, address: '127.0.0.1', port })),
  };
}

export function inState(
  app: string,
  state: RouteTarget['state'],
  message: string | null = null,
): RouteTarget {
  return { appId: `id-${app}`, app, releaseNumber: null, state, message, instances: [] };
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

export interface Answer {
  status: number;
  message: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  trailers: IncomingMessage['trailers'];
  body: Buffer;
  text: string;
}

export interface Ask {
  host?: string;
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: Buffer | string;
  signal?: AbortSignal;
}

/** One whole request on a connection of its own. Rejects when the answer breaks off. */
export async function ask(port: number, options: Ask = {}): Promise<Answer> {
  const outgoing = request({
    host: '127.0.0.1',
    port,
    agent: false,
    method: options.method ?? 'GET',
    path: options.path ?? '/',
    headers: { Host: options.host ?? 'a.apps.localhost', ...options.headers },
    signal: options.signal,
  });
  outgoing.end(options.body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return {
    status: response.statusCode ?? 0,
    message: response.statusMessage ?? '',
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    trailers: response.trailers,
    body,
    text: body.toString('utf8'),
  };
}

/** A connection to write bytes on by hand; `seen` is everything that came back. */
export async function raw(port: number): Promise<{ socket: Socket; seen: () => string }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  let seen = '';
  socket.on('data', (chunk: Buffer) => (seen += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  return { socket, seen: () => seen };
}
