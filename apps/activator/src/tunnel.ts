import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { responseHeaders } from '#apps/activator/src/forward-headers.js';
import type { Visit } from '#apps/activator/src/visit.js';

/**
 * The app switched protocols: passes its 101 on and then joins both connections, byte for byte, each direction at the
 * reader's pace and ending on its own. Resolves when both are closed.
 */
export function openTunnel(
  visit: Visit,
  incoming: IncomingMessage,
  app: Duplex,
  appHead: Buffer,
): Promise<void> {
  return new Promise((resolve) => {
    const { response, tunnel } = visit;
    if (tunnel === null || tunnel.socket.destroyed) {
      app.destroy();
      return resolve();
    }
    const visitor = tunnel.socket;
    response.detachSocket(visitor as Parameters<typeof response.detachSocket>[0]);
    visitor.write(switchingProtocols(incoming));
    if (appHead.length > 0) visitor.write(appHead);
    if (tunnel.head.length > 0) app.write(tunnel.head);

    let open = 2;
    for (const [from, to] of [
      [visitor, app],
      [app, visitor],
    ] as const) {
      from.on('error', () => reset(to));
      from.once('close', () => {
        // A reset on one side is a reset on the other; an orderly end passes through the pipe.
        if (!from.readableEnded) reset(to);
        else to.end();
        open -= 1;
        if (open === 0) resolve();
      });
      from.pipe(to);
    }
  });
}

function reset(end: Duplex): void {
  if (end instanceof Socket) end.resetAndDestroy();
  else end.destroy();
}

function switchingProtocols(incoming: IncomingMessage): string {
  const lines = [`HTTP/1.1 101 ${incoming.statusMessage ?? 'Switching Protocols'}`];
  const headers = responseHeaders(incoming, { upgrade: true });
  for (let index = 0; index + 1 < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
