import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import { describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { SseStream } from './sse.js';

/** A stream over a real connection whose reader decides when to read. */
async function connected() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, host: '127.0.0.1' }).end();
  const [, response] = (await once(server, 'request')) as [IncomingMessage, Response];
  // What of Express the stream uses.
  Object.assign(response, {
    status: () => response,
    set: (headers: Record<string, string>) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      return response;
    },
  });
  const stream = new SseStream(response);
  stream.open();
  const [reader] = (await once(asked, 'response')) as [IncomingMessage];
  reader.pause();
  return { stream, reader, response, close: () => (server.closeAllConnections(), server.close()) };
}

describe('a stream to a slow reader', () => {
  it('waits for it instead of filling the memory, and goes on when it reads', async () => {
    const { stream, reader, response, close } = await connected();
    const data = 'x'.repeat(100_000);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 400; sent++) await stream.send({ event: 'line', data });
    })();
    await waitFor('the stream to wait', () => response.writableNeedDrain, { timeoutMs: 5_000, everyMs: 1 });
    const held = sent;
    stream.heartbeat();
    expect(held).toBeLessThan(400);
    expect(response.writableLength).toBeLessThan(2_000_000);
    let received = 0;
    reader.on('data', (chunk: Buffer) => (received += chunk.length));
    reader.resume();
    await sending;
    await waitFor('all to arrive', () => received > 400 * data.length, { timeoutMs: 10_000 });
    close();
  });

  it('gives up waiting when the reader goes', async () => {
    const { stream, reader, response, close } = await connected();
    const sending = (async () => {
      while (!stream.signal.aborted) await stream.send({ event: 'line', data: 'x'.repeat(100_000) });
    })();
    await waitFor('the stream to wait', () => response.writableNeedDrain, { timeoutMs: 5_000, everyMs: 1 });
    reader.destroy();
    await sending;
    expect(stream.signal.aborted).toBe(true);
    close();
  });
});
