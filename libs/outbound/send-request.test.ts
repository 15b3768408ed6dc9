import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressGuard } from './address-guard.js';
import type { Resolve } from './checked-addresses.js';
import { sendRequest } from './send-request.js';

let server: Server;
let port: number;
let asked: { url: string; headers: Record<string, unknown>; body: string }[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    asked.push({ url: request.url ?? '', headers: request.headers, body });
    if (request.url === '/away') response.writeHead(302, { location: '/there' }).end();
    else if (request.url === '/long') response.end('x'.repeat(1_000_000));
    else if (request.url !== '/never') response.writeHead(201).end('taken');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const open = new AddressGuard(['127.0.0.1']);
const closed = new AddressGuard([]);
const send = (url: string, more: { guard?: AddressGuard; resolve?: Resolve; timeoutMs?: number } = {}) => {
  asked = [];
  return sendRequest({
    ...{
      url: new URL(url),
      method: 'POST',
      headers: { 'x-a': '1' },
      body: 'hello',
      timeoutMs: 20_000,
      guard: open,
    },
    ...more,
  });
};
const loopback: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];

describe('sendRequest', () => {
  it('sends to a name that leads where it may, with name and password of the address', async () => {
    const answer = await send(`http://me:s%40cret@hooks.test:${port}/in?a=1`, { resolve: loopback });
    expect(answer).toEqual({ status: 201, text: 'taken' });
    expect(asked).toMatchObject([
      {
        ...{ url: '/in?a=1', body: 'hello' },
        headers: {
          ...{ host: `hooks.test:${port}`, 'x-a': '1' },
          authorization: `Basic ${Buffer.from('me:s@cret').toString('base64')}`,
        },
      },
    ]);
  });

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', 'localhost', '0.0.0.0'])(
    'never connects to %s',
    async (host) => {
      await expect(send(`http://${host}:${port}/`, { guard: closed })).rejects.toMatchObject({
        code: 'address_internal',
      });
      expect(asked).toEqual([]);
    },
  );

  it('refuses a name of which one address is internal', async () => {
    const both: Resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const sending = send(`http://rebind.test:${port}/`, { guard: closed, resolve: both });
    await expect(sending).rejects.toMatchObject({ code: 'address_internal' });
  });

  it('connects to the address that was checked, whatever the name says a moment later', async () => {
    let looks = 0;
    // The first answer may be called, all later ones lead elsewhere.
    const rebinding: Resolve = async () => [
      { address: ++looks === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 },
    ];
    const answer = await send(`http://rebind.test:${port}/`, { resolve: rebinding });
    expect([answer.status, looks]).toEqual([201, 1]);
  });

  it('follows no redirect, reads only the start of an answer, and waits only so long', async () => {
    expect(await send(`http://127.0.0.1:${port}/away`)).toMatchObject({ status: 302 });
    expect(asked.length).toBe(1);
    expect((await send(`http://127.0.0.1:${port}/long`)).text.length).toBe(2_000);
    await expect(send(`http://127.0.0.1:${port}/never`, { timeoutMs: 200 })).rejects.toThrow(
      /no answer within/,
    );
  });
});
