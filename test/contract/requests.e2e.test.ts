import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { port, visit, visitJson } from '../support/berth.js';
import { bring, contractApp, host, tiers } from '../support/contract-app.js';

beforeAll(contractApp);

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

/** A request whose body is sent in pieces, its length not told before. */
function chunked(path: string, pieces: Buffer[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'transfer-encoding': 'chunked' };
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path, method: 'POST', headers, agent: false },
      (response) => void text(response).then(resolve, reject),
    );
    outgoing.once('error', reject);
    for (const piece of pieces) outgoing.write(piece);
    outgoing.end();
  });
}

async function text(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function get(path: string, options: { agent?: Agent; headers?: Record<string, string> } = {}) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const { agent = false, headers } = options;
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path, agent, headers: { host, ...headers } },
      resolve,
    );
    outgoing.once('error', reject).end();
  });
}

describe.each(tiers)('a visitor of an app that was %s', (tier) => {
  it('is told truly: Host is theirs, forwarding headers are the platform’s, all others pass unchanged', async () => {
    await bring(tier);
    const response = await get('/headers?q=%2F..%2f', {
      headers: {
        'X-Forwarded-For': '6.6.6.6',
        'X-Forwarded-Proto': 'gopher',
        'X-Forwarded-Host': 'bank.example',
        Forwarded: 'for=6.6.6.6',
        'X-Own': 'a, b ,c',
        Cookie: 'one=1; two=2',
        Authorization: 'Bearer secret',
      },
    });
    const { headers } = JSON.parse(await text(response)) as { headers: Record<string, string> };
    expect(headers).toMatchObject({
      host,
      'x-forwarded-proto': 'http',
      'x-forwarded-host': host,
      'x-own': 'a, b ,c',
      cookie: 'one=1; two=2',
      authorization: 'Bearer secret',
    });
    expect(headers['x-forwarded-for']).toMatch(/^127\.0\.0\.1(, 127\.0\.0\.1)*$/);
    expect(JSON.stringify(headers)).not.toMatch(/6\.6\.6\.6|bank\.example|gopher/);
  });

  it('keeps a connection for many requests', async () => {
    await bring(tier);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let n = 0; n < 5; n += 1) {
      const response = await get('/', { agent });
      ports.add(response.socket.localPort);
      expect(response.statusCode).toBe(200);
      await text(response);
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it('sends large bodies, of a length that is known or not, and gets large answers, trailers too', async () => {
    const body = randomBytes(24 << 20);
    await bring(tier);
    const known = await visit(host, '/upload', { method: 'POST', body });
    expect(JSON.parse(known.body)).toMatchObject({ bytes: body.length, sha256: sha256(body) });
    const half = body.length / 2;
    const pieces = [body.subarray(0, half), body.subarray(half)];
    const unknown = JSON.parse(await chunked('/upload', pieces)) as object;
    expect(unknown).toEqual({ bytes: body.length, sha256: sha256(body), length: null });
    const answer = await get(`/download?bytes=${body.length}`);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length;
      hash.update(chunk as Buffer);
    }
    expect(bytes).toBe(body.length);
    expect(answer.trailers['x-sha256']).toBe(hash.digest('hex'));
  });

  it('gets each event of a stream when it is sent', async () => {
    await bring(tier);
    const response = await get('/events');
    const chunks = response[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('data: 0\n\n');
    // Only now does the app send the second one.
    await visitJson(host, '/heard');
    expect(String((await chunks.next()).value)).toBe('data: 1\n\n');
    expect((await chunks.next()).done).toBe(true);
  });

  it('speaks WebSocket', async () => {
    await bring(tier);
    const socket = connect(port, '127.0.0.1');
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /socket HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toContain('101 Switching Protocols');
    socket.write('ping!');
    expect(String(await once(socket, 'data'))).toContain('ping!');
    const closed = once(socket, 'close');
    socket.end();
    await closed;
  });
});
