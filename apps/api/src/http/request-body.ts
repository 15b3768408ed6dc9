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
  /** What is said when it is too large. */
  tooLarge: () => BerthError;
  /** Gives the request up, with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * The bytes of a request, decompressed where the client says so, in chunks, counted and timed. Throws `tooLarge`,
 * `request_stalled` or `request_broken_off`. Nothing is gathered: a slow reader slows the sender. Ending early leaves the connection
 * usable for an answer.
 */
export async function* requestBody(request: IncomingMessage, limits: BodyLimits): AsyncGenerator<Buffer> {
  limits.signal?.throwIfAborted();
  const plain = decoded(request);
  const clock = new BodyClock(limits, (reason) => plain.destroy(new BerthError('request_stalled', reason)));
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

  constructor(limits: BodyLimits, giveUp: (reason: string) => void) {
    this.timer = setInterval(
      () => {
        const now = Date.now();
        if (this.waitingSince !== null && now - this.waitingSince >= limits.idleMs)
          giveUp(`No data came for ${limits.idleMs / 1_000} s; the request was given up. Try again.`);
        else if (now - this.began >= limits.totalMs)
          giveUp(
            `The request took longer than ${Math.round(limits.totalMs / 60_000)} minutes and was given up.`,
          );
      },
      Math.min(1_000, limits.idleMs, limits.totalMs),
    );
  }

  pause(): void {
    this.waitingSince = null;
  }

  resume(): void {
    this.waitingSince = Date.now();
  }

  stop(): void {
    clearInterval(this.timer);
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
