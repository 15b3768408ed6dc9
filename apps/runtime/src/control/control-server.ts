import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { z } from 'zod';
import { BerthError, messageOf } from '#libs/core/errors.js';
import {
  runtimeApp,
  runtimeLogQuery,
  runtimeRemove,
  runtimeSleep,
  runtimeStatsQuery,
  runtimeWake,
  type AwakeReason,
  type WakeReply,
} from '#libs/contracts/runtime-api.js';
import type { Runtime } from '../runtime.js';
import { openTerminal } from './open-terminal.js';
import type { Sleepers } from '../sleep/sleepers.js';
import { hostFacts, statsOf } from './host-facts.js';
import { sendLogs } from './send-logs.js';

const maxBodyBytes = 4096;

/** The other processes' door to this host, on a unix socket only its owner may open: `libs/contracts/runtime-api.ts`. */
export class ControlServer {
  readonly #server: Server;

  constructor(
    private readonly runtime: Runtime,
    private readonly socketPath: string,
  ) {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        if (error instanceof z.ZodError)
          return send(response, 400, { code: 'bad_request', message: z.prettifyError(error) });
        send(response, 503, { code: 'runtime_failed', message: messageOf(error) });
      });
    });
    this.#server.on('upgrade', (request, socket, head) => {
      openTerminal(this.runtime, { request, socket, head }).catch(() => socket.destroy());
    });
  }

  async start(): Promise<void> {
    await mkdir(dirname(this.socketPath), { recursive: true, mode: 0o700 });
    await rm(this.socketPath, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.socketPath, resolve);
    });
    await chmod(this.socketPath, 0o600);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #wake({ appId, release }: z.infer<typeof runtimeWake>): Promise<WakeReply> {
    const sleepers = this.#sleepers();
    if (release === undefined) return sleepers.wake(appId);
    return this.runtime.context?.visited.wake(appId, release) ?? sleepers.wake(appId);
  }

  #sleepers(): Sleepers {
    const sleepers = this.runtime.context?.sleepers;
    if (sleepers === undefined) throw new Error('The runtime has not taken its host over yet. Try again.');
    return sleepers;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://runtime');
    const query = Object.fromEntries(url.searchParams);
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /logs':
        return sendLogs(this.runtime.logs, runtimeLogQuery.parse(query), response);
      case 'GET /stats':
        return send(response, 200, await statsOf(this.runtime, runtimeStatsQuery.parse(query).appId));
      case 'GET /host':
        return send(response, 200, await hostFacts(this.runtime));
      case 'POST /wake':
        return send(response, 200, await this.#wake(runtimeWake.parse(await readJson(request))));
      case 'POST /sleep':
        return send(response, 200, { awake: await putToSleep(this.#sleepers(), request) });
      case 'DELETE /one-offs':
        return removeOneOff(this.runtime, runtimeRemove.parse(query), response);
      case 'POST /look':
        this.runtime.look(await appIdOf(request));
        return send(response, 202, {});
      default:
        return send(response, 404, {
          code: 'not_found',
          message: 'The runtime has /logs, /stats, /host, /wake, /sleep and /look.',
        });
    }
  }
}

async function appIdOf(request: IncomingMessage): Promise<string> {
  return runtimeApp.parse(await readJson(request)).appId;
}

async function putToSleep(sleepers: Sleepers, request: IncomingMessage): Promise<AwakeReason | null> {
  const { appId, tier } = runtimeSleep.parse(await readJson(request));
  return tier === 'stopped' ? sleepers.stop(appId) : sleepers.sleep(appId);
}

async function removeOneOff(
  { oneOffs }: Runtime,
  { appId, instance, force }: z.infer<typeof runtimeRemove>,
  response: ServerResponse,
): Promise<void> {
  try {
    if (oneOffs === null) throw new Error('The runtime has no host yet.');
    await oneOffs.removeById({ appId, instanceId: instance, force: force === '1' });
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    send(response, 409, { code: error.code, message: error.message });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > maxBodyBytes) throw new Error('The request is too large.');
  }
  return JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
