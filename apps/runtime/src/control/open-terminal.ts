import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { maxFrameBytes } from '#libs/contracts/terminal.js';
import { runtimeExec } from '#libs/contracts/runtime-api.js';
import { runningInstance } from '#libs/store/instances.js';
import { toClient } from '#libs/terminal/channel.js';
import type { Runtime } from '../runtime.js';

interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Answers a request for a WebSocket on the control socket. Rejects what it does not know: the connection is cut then. */
export async function openTerminal(runtime: Runtime, upgrade: Upgrade): Promise<void> {
  upgrade.socket.on('error', () => undefined);
  const url = new URL(upgrade.request.url ?? '/', 'http://runtime');
  if (url.pathname !== '/exec') throw new Error('The runtime has no such terminal.');
  const { appId, instance } = runtimeExec.parse(Object.fromEntries(url.searchParams));
  const { context } = runtime;
  if (context === null) throw new Error('The runtime has no host yet.');
  const row = await runningInstance(context.db, context.fence.hostId, { appId, id: instance });
  const channel = toClient(await accept(upgrade));
  if (row === null) return runtime.terminals.refuse(channel);
  await runtime.terminals.exec(channel, { appId, instanceId: row.id, containerId: row.containerId });
}

/** ws is loaded with the first terminal: most runtimes never have one. */
async function accept({ request, socket, head }: Upgrade): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}
