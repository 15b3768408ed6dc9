import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { raw, Rig, serving, inState } from '../test/rig.js';

const rig = new Rig();
afterEach(() => rig.end());

const handshake =
  'GET /chat HTTP/1.1\r\nHost: a.apps.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** An app that switches protocols and then hands its socket to `talk`. */
async function switching(talk: (socket: Socket, head: Buffer) => void) {
  const app = await rig.app((_incoming, response) => response.end('no tunnel'));
  app.server.on('upgrade', (incoming, socket, head) => {
    rig.onEnd(() => socket.destroy());
    socket.on('error', () => undefined);
    const accept = createHash('sha1')
      .update(`${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    talk(socket as Socket, head);
  });
  const { activator } = await rig.activator();
  activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', app.port) }));
  return {
    ...app,
    activator,
    inFlight: () => activator.edge.stats().instances[`a-${app.port}`]?.inFlight ?? 0,
  };
}

describe('a tunnel (WebSocket or any other upgrade)', () => {
  it('passes the handshake and then every byte, in both directions', async () => {
    const { activator } = await switching((socket) => socket.pipe(socket));
    const client = await raw(activator.port);
    client.socket.write(handshake);
    await waitFor('101', () => client.seen().includes('s3pPLMBiTxaQ9kYGzzhZRbK+xOo='), { timeoutMs: 3_000 });
    const payload = randomBytes(3 * 1024 * 1024).toString('latin1');
    client.socket.write(payload, 'latin1');
    await waitFor('the echo', () => client.seen().length >= payload.length, { timeoutMs: 5_000 });
    expect(client.seen().endsWith(payload)).toBe(true);
  });

  it('loses nothing that either side sends together with its handshake', async () => {
    const { activator } = await switching((socket, head) => {
      socket.write('at once');
      socket.write(head);
      socket.on('data', (chunk: Buffer) => socket.write(chunk));
    });
    const client = await raw(activator.port);
    client.socket.write(`${handshake}early`);
    await waitFor('both', () => client.seen().endsWith('at onceearly'), { timeoutMs: 3_000 });
  });

  it('counts as in flight until it closes, and lets each side end on its own', async () => {
    let appSocket: Socket | undefined;
    const { activator, inFlight } = await switching((socket) => (appSocket = socket));
    const client = await raw(activator.port);
    client.socket.write(handshake);
    await waitFor('an open tunnel', () => appSocket !== undefined && inFlight() === 1, { timeoutMs: 3_000 });
    client.socket.end('last words');
    let heard = '';
    appSocket?.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await waitFor('the visitor’s last words', () => heard === 'last words', { timeoutMs: 3_000 });
    appSocket?.end('and mine');
    await waitFor('the app’s last words', () => client.seen().endsWith('and mine'), { timeoutMs: 3_000 });
    await waitFor('no tunnel', () => inFlight() === 0, { timeoutMs: 3_000 });
  });

  it('ends for the app when the visitor’s connection breaks', async () => {
    let closed = false;
    const { activator, inFlight } = await switching((socket) => {
      socket.resume();
      socket.once('close', () => (closed = true));
    });
    const client = await raw(activator.port);
    client.socket.write(handshake);
    await waitFor('101', () => client.seen().includes('101'), { timeoutMs: 3_000 });
    client.socket.resetAndDestroy();
    await waitFor('the app to be told', () => closed && inFlight() === 0, { timeoutMs: 3_000 });
  });

  it('is not opened when the app answers without switching; the visitor gets that answer and the connection ends', async () => {
    const app = await rig.app((_incoming, response) => {
      response.writeHead(403);
      response.end('not you');
    });
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    const client = await raw(activator.port);
    let ended = false;
    client.socket.once('end', () => (ended = true));
    // What follows the refused handshake must not reach this app as a request: it may be another visitor's.
    client.socket.write(`${handshake}GET / HTTP/1.1\r\nHost: b.apps.localhost\r\n\r\n`);
    await waitFor('the end', () => ended, { timeoutMs: 3_000 });
    expect(client.seen()).toContain('HTTP/1.1 403');
    expect(client.seen()).toContain('not you');
    expect(client.seen().split('HTTP/1.1').length).toBe(2);
  });

  it('waits for an app that starts', async () => {
    const app = await rig.app(() => undefined);
    app.server.on('upgrade', (_incoming, socket) => {
      rig.onEnd(() => socket.destroy());
      socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello',
      );
    });
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'starting') }));
    const client = await raw(activator.port);
    client.socket.write(handshake);
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    await waitFor('the greeting', () => client.seen().endsWith('hello'), { timeoutMs: 3_000 });
  });

  it('gets a problem document where no app answers', async () => {
    const { activator } = await rig.activator();
    const client = await raw(activator.port);
    client.socket.write(handshake);
    await waitFor(
      '404',
      () => client.seen().startsWith('HTTP/1.1 404') && client.seen().includes('unknown_host'),
      { timeoutMs: 3_000 },
    );
  });

  it('is not a tunnel when the offer is h2c: the request is answered as HTTP/1.1', async () => {
    const { activator } = await switching((socket) => socket.end());
    const client = await raw(activator.port);
    client.socket.write(
      'GET / HTTP/1.1\r\nHost: a.apps.localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    await waitFor(
      'an ordinary answer',
      () => client.seen().startsWith('HTTP/1.1 200') && client.seen().endsWith('no tunnel'),
      { timeoutMs: 3_000 },
    );
  });
});
