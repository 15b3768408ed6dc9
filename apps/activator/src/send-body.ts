import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';

/** A request of HTTP/1.1, or a stream of HTTP/2, to which no trailers are sent. */
type BodyTarget = Writable & Partial<Pick<ClientRequest, 'addTrailers'>>;

export interface BodyLimits {
  idleMs: number;
  /** Absent: no limit. */
  bytes?: number;
  /** There was more than `bytes`: nothing of it goes on from here. */
  onTooLarge: () => void;
}

/**
 * Streams the visitor's body to the app at the app's pace, trailers included. Nothing limits how long it takes in all;
 * a body from which nothing arrives for `idleMs`, while the app would take more, is cut.
 */
export function sendBody(request: IncomingMessage, outgoing: BodyTarget, limits: BodyLimits): void {
  const { idleMs, bytes = Infinity } = limits;
  let taken = 0;
  let moved = true;
  const timer = setInterval(() => {
    if (!request.isPaused() && !moved) request.destroy();
    moved = false;
  }, idleMs);
  request.on('data', (chunk: Buffer) => {
    moved = true;
    taken += chunk.length;
    if (taken <= bytes) return;
    request.unpipe(outgoing);
    limits.onTooLarge();
  });
  request.once('end', () => {
    clearInterval(timer);
    if (outgoing.destroyed) return;
    const trailers = request.rawTrailers;
    if (trailers.length > 0) {
      outgoing.addTrailers?.(
        Array.from({ length: trailers.length / 2 }, (_, index): [string, string] => [
          trailers[2 * index] ?? '',
          trailers[2 * index + 1] ?? '',
        ]),
      );
    }
    outgoing.end();
  });
  request.once('close', () => clearInterval(timer));
  // Answered before it had everything, and the visitor goes away with the rest: nobody else would end this one, and an app with an open
  // connection never sleeps. The socket tells it: of a request that was answered Node says nothing any more.
  const { socket } = request;
  const leave = () => void outgoing.destroy();
  socket.once('close', leave);
  request.once('end', () => socket.off('close', leave));
  outgoing.once('close', () => {
    clearInterval(timer);
    // The app answered without reading everything, or went away: take the rest off the wire, so that the visitor can read the answer.
    request.unpipe(outgoing);
    request.resume();
  });
  request.pipe(outgoing, { end: false });
}
