import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BerthError } from '#libs/core/errors.js';

export interface BodyLimits {
  /** Bytes after decompression. */
  maxBytes: number;
  /** Longest time without a byte. */
  idleMs: number;
  /** Longest time in all. */
  totalMs: number;
  /** The least that has to come; left out, what the slowest line brings. */
  pace?: Pace;
  /** What is said when it is too large. */
  tooLarge: () => BerthError;
  /** Gives the request up, with the signal's reason. */
  signal?: AbortSignal;
}

/** So many bytes as they are sent, of each second that the client was waited for, in each span of such seconds. */
interface Pace {
  bytesPerSecond: number;
  overMs: number;
}

/** 64 kbit/s over a minute. Few can send at once: who trickles would keep the others out. */
const SLOWEST: Pace = { bytesPerSecond: 8 * 1024, overMs: 60_000 };

/**
 * The bytes of a request, decompressed where the client says so, in chunks, counted and timed. Throws `tooLarge`,
 * `request_stalled` or `request_broken_off`. Nothing is gathered: a slow reader slows the sender. Ending early leaves the connection
 * usable for an answer.
 */
export async function* requestBody(request: IncomingMessage, limits: BodyLimits): AsyncGenerator<Buffer> {
  limits.signal?.throwIfAborted();
  const plain = decoded(request);
  const clock = new BodyClock(
    limits,
    () => request.socket.bytesRead,
    (reason) => plain.destroy(new BerthError('request_stalled', reason)),
  );
  const stop = (): void => void plain.destroy(limits.signal?.reason as Error);
  limits.signal?.addEventListener('abort', stop, { once: true });
  let bytes = 0;
  try {
    for await (const chunk of plain.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) throw limits.tooLarge();
      clock.pause();
      yield chunk;
      clock.resume();
    }
  } catch (cause) {
    if (cause instanceof BerthError) throw cause;
    throw new BerthError('request_broken_off', 'The request broke off before its end; try again.', { cause });
  } finally {
    clock.stop();
    limits.signal?.removeEventListener('abort', stop);
  }
}

/** Time counts while the client is waited for, not while its data is worked on. */
class BodyClock {
  private readonly timer: NodeJS.Timeout;
  private readonly began = Date.now();
  private waitingSince: number | null = Date.now();
  /** The span whose bytes are counted: for how long the client was waited for before, and what it had sent when it began. */
  private span: { waitedMs: number; from: number };

  /** `received` counts what came, as it was sent. */
  constructor(
    private readonly limits: BodyLimits,
    private readonly received: () => number,
    giveUp: (reason: string) => void,
  ) {
    this.span = { waitedMs: 0, from: received() };
    this.timer = setInterval(
      () => {
        const reason = this.look(Date.now());
        if (reason !== null) giveUp(reason);
      },
      Math.min(1_000, limits.idleMs, limits.totalMs),
    );
  }

  pause(): void {
    this.span.waitedMs += this.waitedMs(Date.now());
    this.waitingSince = null;
  }

  resume(): void {
    this.waitingSince = Date.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Why the request is given up; null while it may go on. */
  private look(now: number): string | null {
    const { idleMs, totalMs, pace = SLOWEST } = this.limits;
    const waitedMs = this.waitedMs(now);
    if (this.waitingSince !== null && waitedMs >= idleMs)
      return `No data came for ${idleMs / 1_000} s; the request was given up. Try again.`;
    if (now - this.began >= totalMs)
      return `The request took longer than ${Math.round(totalMs / 60_000)} minutes and was given up.`;
    const spanMs = this.span.waitedMs + waitedMs;
    if (spanMs < pace.overMs) return null;
    const perSecond = (this.received() - this.span.from) / (spanMs / 1_000);
    if (perSecond < pace.bytesPerSecond)
      return `Only ${Math.floor(perSecond)} bytes came in a second, and it must be ${pace.bytesPerSecond}; the request was given up. Try again on a faster line, or send less.`;
    // What the client has been waited for since its last byte belongs to the span that is over.
    this.span = { waitedMs: -waitedMs, from: this.received() };
    return null;
  }

  private waitedMs(now: number): number {
    return this.waitingSince === null ? 0 : now - this.waitingSince;
  }
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request;
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    throw new BerthError(
      'encoding_unknown',
      `Requests may be compressed by gzip, not by ${JSON.stringify(encoding)}.`,
    );
  const gunzip = createGunzip();
  request.on('error', (error) => gunzip.destroy(error));
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('The client went away.'));
  });
  return request.pipe(gunzip);
}

/** Reads what a refused client still sends, so that it comes to read the answer; gives up past `maxBytes` or `forMs`. */
export function drain(request: IncomingMessage, maxBytes: number, forMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (request.complete || request.destroyed) return resolve();
    let bytes = 0;
    const timer = setTimeout(end, forMs);
    function end() {
      clearTimeout(timer);
      request.off('data', count);
      resolve();
    }
    function count(chunk: Buffer) {
      bytes += chunk.length;
      if (bytes > maxBytes) end();
    }
    request.unpipe();
    request.on('data', count);
    request.once('end', end);
    request.once('close', end);
    request.resume();
  });
}
