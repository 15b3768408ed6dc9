import { createServer, request as httpRequest, type ClientRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BerthError } from '#libs/core/errors.js';
import { drain, requestBody, type BodyLimits } from './request-body.js';

const tooLarge = () => new BerthError('upload_too_large', 'Too large.');
const loose: BodyLimits = { maxBytes: 1_000_000, idleMs: 60_000, totalMs: 60_000, tooLarge };

let server: Server;
let limits = loose;
/** What became of the last body: its length, or the error's code. */
let outcome: PromiseWithResolvers<number | string>;

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      let length = 0;
      try {
        for await (const chunk of requestBody(request, limits)) length += chunk.length;
        outcome.resolve(length);
        response.end(String(length));
      } catch (error) {
        const { code } = error as BerthError;
        outcome.resolve(code);
        await drain(request, 10_000_000, 5_000);
        response.statusCode = 400;
        response.end(code);
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function begin(headers: Record<string, string> = {}): { sent: ClientRequest; answer: Promise<string> } {
  outcome = Promise.withResolvers();
  const { port } = server.address() as AddressInfo;
  const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers, agent: false });
  const answer = new Promise<string>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve(text));
    });
  });
  answer.catch(() => undefined);
  return { sent, answer };
}

describe('requestBody', () => {
  it('gives all bytes, decompressed when they say so', async () => {
    limits = loose;
    const plain = begin();
    plain.sent.end(Buffer.alloc(100_000));
    expect(await plain.answer).toBe('100000');
    const packed = begin({ 'content-encoding': 'gzip' });
    packed.sent.end(gzipSync(Buffer.alloc(100_000)));
    expect(await packed.answer).toBe('100000');
  });

  it('counts what is left after decompression, and the refused client still reads its answer', async () => {
    limits = { ...loose, maxBytes: 50_000 };
    for (const [body, headers] of [
      [Buffer.alloc(5_000_000), {}],
      [gzipSync(Buffer.alloc(5_000_000)), { 'content-encoding': 'gzip' }],
    ] as const) {
      const { sent, answer } = begin(headers);
      sent.end(body);
      expect(await answer).toBe('upload_too_large');
    }
  });

  it('gives up a client that stops sending, one that takes too long, and one that goes away', async () => {
    limits = { ...loose, idleMs: 30 };
    const stalled = begin();
    stalled.sent.write('x');
    expect(await outcome.promise).toBe('request_stalled');
    limits = { ...loose, totalMs: 60 };
    const slow = begin();
    const dripping = setInterval(() => slow.sent.write('x'), 10);
    expect(await outcome.promise).toBe('request_stalled');
    clearInterval(dripping);
    limits = loose;
    for (const headers of [{}, { 'content-encoding': 'gzip' }] as Record<string, string>[]) {
      const gone = begin(headers);
      gone.sent.write(gzipSync(Buffer.alloc(100_000)).subarray(0, 50));
      gone.sent.once('socket', (socket) =>
        socket.once('connect', () => setImmediate(() => gone.sent.destroy())),
      );
      expect(await outcome.promise).toBe('request_broken_off');
    }
  });

  it('gives up a client that never stops and sends less than the least', async () => {
    limits = { ...loose, pace: { bytesPerSecond: 1_000_000, overMs: 50 } };
    const trickle = begin();
    const dripping = setInterval(() => trickle.sent.write('x'), 5);
    expect(await outcome.promise).toBe('request_stalled');
    clearInterval(dripping);
    trickle.sent.end();
  });

  it('refuses other encodings and broken ones', async () => {
    limits = loose;
    const brotli = begin({ 'content-encoding': 'br' });
    brotli.sent.end('x');
    expect(await brotli.answer).toBe('encoding_unknown');
    const broken = begin({ 'content-encoding': 'gzip' });
    broken.sent.end('this is no gzip');
    expect(await broken.answer).toBe('request_broken_off');
  });

  it('ends when the process does', async () => {
    const closing = new AbortController();
    limits = { ...loose, signal: closing.signal };
    const { sent } = begin();
    sent.write('x');
    await new Promise((resolve) => server.once('request', resolve));
    closing.abort(new BerthError('unavailable', 'Restarting.'));
    expect(await outcome.promise).toBe('unavailable');
  });
});
