import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import type { WebSocket } from 'ws';
import { BerthError } from '#libs/core/errors.js';
import { maxFrameBytes } from '#libs/contracts/terminal-frames.js';

/** Connections that asked to become a WebSocket, by their request. */
const upgrades = new WeakMap<IncomingMessage, { socket: Duplex; head: Buffer }>();

/**
 * Leads requests for a WebSocket through the application like all others: the same headers, guards and error answers hold for them,
 * and a route becomes one by `acceptWebSocket`. Nest's gateways stand beside all of that.
 */
export function serveWebSockets(app: NestExpressApplication): void {
  const handle = app.getHttpAdapter().getInstance() as (
    request: IncomingMessage,
    response: ServerResponse,
  ) => void;
  const server = app.getHttpServer() as Server & {
    shouldUpgradeCallback: (request: IncomingMessage) => boolean;
  };
  // Whoever asks for another protocol (h2c) gets an ordinary answer.
  server.shouldUpgradeCallback = ({ method, headers }) =>
    method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrades.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    // The parser has let go of the connection: it can carry one answer.
    response.shouldKeepAlive = false;
    response.once('finish', () => socket.end());
    handle(request, response);
  });
}

/** Throws `websocket_only` when a request is an ordinary one. */
export function demandWebSocket(request: Request): void {
  if (!upgrades.has(request))
    throw new BerthError('websocket_only', 'Open this address as a WebSocket (Upgrade: websocket).');
}

/** Turns the request's connection into a WebSocket: from here on there is no HTTP answer any more. */
export async function acceptWebSocket(request: Request, response: Response): Promise<WebSocket> {
  const upgrade = upgrades.get(request);
  if (upgrade === undefined) throw new Error('Not a request for a WebSocket.');
  const { socket, head } = upgrade;
  upgrades.delete(request);
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  response.detachSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  return new Promise((resolve, reject) => {
    // ws itself answers a request that is not well-formed.
    socket.once('close', () => reject(new Error('The client left before the WebSocket was open.')));
    server.handleUpgrade(request, socket, head, resolve);
  });
}
