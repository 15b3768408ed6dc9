import type { Readable } from 'node:stream';

const maxJsonLineBytes = 1024 * 1024;

/** Values of a newline-delimited JSON stream, as the Engine's events and pulls are. */
export async function* jsonLines(stream: Readable): AsyncGenerator<unknown> {
  let buffer = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    buffer += chunk;
    if (buffer.length > maxJsonLineBytes) throw new Error('The engine sent a line of more than 1 MiB.');
    let newline: number;
    while ((newline = buffer.indexOf('\n')) >= 0) {
      const line = buffer.slice(0, newline).trim();
      buffer = buffer.slice(newline + 1);
      if (line !== '') yield JSON.parse(line);
    }
  }
  if (buffer.trim() !== '') yield JSON.parse(buffer);
}

/**
 * Destroys the stream when `touch` was not called for `idleMs`: after a restart of the daemon a stream can stay open
 * without ever ending. `wentIdle()` tells such an end from a break.
 */
export function watchIdle(
  stream: Readable,
  idleMs: number,
): { touch: () => void; wentIdle: () => boolean; stop: () => void } {
  let idle = false;
  const timer = setTimeout(() => {
    idle = true;
    stream.destroy();
  }, idleMs);
  return { touch: () => void timer.refresh(), wentIdle: () => idle, stop: () => clearTimeout(timer) };
}
