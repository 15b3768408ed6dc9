import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Edge } from '#apps/activator/src/edge.js';
import { hasBody } from '#apps/activator/src/forward-headers.js';
import type { Limits } from '#apps/activator/src/limits.js';
import { byHost, openVisit, type Addressed } from '#apps/activator/src/visit.js';

/**
 * The visitors' HTTP server, not yet listening. `draining` makes every answer the last one of its connection; `addressed`
 * says whom a request is for.
 */
export function createEdgeServer(
  edge: Edge,
  limits: Limits,
  draining: () => boolean,
  addressed: (request: IncomingMessage) => Addressed = byHost,
): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    // Slow uploads are legal; send-body.ts cuts those that stand still.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: 5_000,
    noDelay: true,
    // h2c is for Traefik to offer; a body before a switch of protocols is not something apps do.
    shouldUpgradeCallback: (request) => !hasBody(request) && !/^h2c?$/i.test(request.headers.upgrade ?? ''),
  });
  server.maxHeadersCount = 0;

  server.on('request', (request, response) => {
    if (draining()) response.shouldKeepAlive = false;
    void edge.serve(openVisit(request, response, addressed(request)));
  });
  // Without this Node would answer 100 itself, before the app has said that it wants the body.
  server.on('checkContinue', (request, response) => {
    if (draining()) response.shouldKeepAlive = false;
    void edge.serve(openVisit(request, response, addressed(request)));
  });
  server.on('upgrade', (request, socket, head) => {
    // For pages and for an app that answers without switching: an ordinary response, the last one on this connection.
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => {
      response.detachSocket(socket as Socket);
      socket.end();
    });
    socket.on('error', () => socket.destroy());
    void edge.serve(openVisit(request, response, addressed(request), { socket, head }));
  });
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}
