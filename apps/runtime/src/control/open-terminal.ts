import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { maxFrameBytes } from '#libs/contracts/terminal-frames.js';
import { runtimeExec, runtimeRun } from '#libs/contracts/runtime-api.js';
import { runningInstance } from '#libs/store/instances.js';
import { toClient } from '#libs/terminal/to-client.js';
import type { Runtime } from '../runtime.js';
import { environmentOf } from '../warm/environment-of.js';

interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Answers a request for a WebSocket on the control socket. Rejects what it does not know: the connection is cut then. */
export async function openTerminal(runtime: Runtime, upgrade: Upgrade): Promise<void> {
  upgrade.socket.on('error', () => undefined);
  const url = new URL(upgrade.request.url ?? '/', 'http://runtime');
  const query = Object.fromEntries(url.searchParams);
  const { context, oneOffs, terminals } = runtime;
  if (context === null || oneOffs === null) throw new Error('The runtime has no host yet.');
  switch (url.pathname) {
    case '/exec': {
      const { appId, instance } = runtimeExec.parse(query);
      const row = await runningInstance(context.db, context.fence.hostId, { appId, id: instance });
      const channel = toClient(await accept(upgrade));
      if (row === null) return terminals.refuse(channel);
      if (row.frozen) await context.sleepers.wake(appId);
      const env = await environmentOf(context, row.id);
      return terminals.exec(channel, { appId, instanceId: row.id, containerId: row.containerId, env });
    }
    case '/run': {
      const { appId } = runtimeRun.parse(query);
      return oneOffs.run(toClient(await accept(upgrade)), appId);
    }
    case '/attach': {
      const { appId, instance } = runtimeExec.parse(query);
      return oneOffs.attach(toClient(await accept(upgrade)), { appId, instanceId: instance });
    }
    default:
      throw new Error('The runtime has no such terminal.');
  }
}

/** ws is loaded with the first terminal: most runtimes never have one. */
async function accept({ request, socket, head }: Upgrade): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}
