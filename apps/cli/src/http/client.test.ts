import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../frame/failure.js';
import { Api, seg } from './client.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server of the test's own; gives its port. */
async function listen(answer: RequestListener, at = '127.0.0.1'): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, at, resolve));
  return (server.address() as AddressInfo).port;
}

function client(url: string, env: Record<string, string> = {}, signal = new AbortController().signal): Api {
  return new Api(url, 'berth_x_secret', env, signal);
}

const json = { 'content-type': 'application/json' };

async function refusal(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

describe('a call', () => {
  it('reaches a name below localhost on this machine, whatever the system’s resolver says', async () => {
    const port = await listen((request, response) => {
      response
        .writeHead(200, json)
        .end(JSON.stringify({ host: request.headers.host, auth: request.headers.authorization }));
    });
    const answer = await client(`http://berth.localhost:${port}`).get('/v1/x');
    expect(answer).toEqual({ host: `berth.localhost:${port}`, auth: 'Bearer berth_x_secret' });
  });

  it('that writes is repeated with the same key when the connection breaks, so that it happens once', async () => {
    const keys: unknown[] = [];
    const port = await listen((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) request.socket.destroy();
      else response.writeHead(201, json).end('{"ok":true}');
    });
    expect(await client(`http://127.0.0.1:${port}`).post('/v1/apps', { name: 'a' })).toEqual({ ok: true });
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('waits for as long as a busy platform asks', async () => {
    let calls = 0;
    const port = await listen((_request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(503, { 'retry-after': '0' }).end();
      else response.writeHead(200, json).end('{}');
    });
    await client(`http://127.0.0.1:${port}`).get('/v1/x');
    expect(calls).toBe(2);
  });

  it('that is refused says the platform’s sentence, the fields that are wrong, and what to do', async () => {
    const port = await listen((_request, response) => {
      const problem = {
        code: 'app_not_found',
        detail: 'There is no such app.',
        errors: [{ pointer: '/name', detail: 'too short' }],
      };
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    const failure = await refusal(client(`http://127.0.0.1:${port}`).get('/v1/apps/x'));
    expect(failure).toMatchObject({
      message: 'There is no such app.',
      why: 'name: too short',
      exit: 'missing',
      code: 'app_not_found',
    });
    expect(failure.todo.join()).toContain('berth apps');
  });

  it.each([
    ['text/html', '<h1>It works!</h1>'],
    ['application/json', '{"items":'],
  ])('tells something other than Berth from Berth: %s %s', async (type, body) => {
    const port = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    const failure = await refusal(client(`http://127.0.0.1:${port}`).get('/v1/meta'));
    expect(failure).toMatchObject({ code: 'not_berth', exit: 'unreachable' });
  });

  it('says so where no HTTP is spoken, or no HTTPS', async () => {
    const port = await listen((request) => void request.socket.end('SSH-2.0-OpenSSH\r\n'));
    const speaks = async (url: string) => (await refusal(client(url).get('/v1/meta'))).why;
    expect(await speaks(`http://127.0.0.1:${port}`)).toContain('does not speak HTTP.');
    expect(await speaks(`https://127.0.0.1:${port}`)).toContain('does not speak HTTPS');
  });

  it('reaches a platform of this machine that has IPv6 alone', async () => {
    const port = await listen((_request, response) => void response.writeHead(200, json).end('{}'), '::1');
    expect(await client(`http://berth.localhost:${port}`).get('/v1/x')).toEqual({});
  });

  it('for a terminal that is refused lets its connection go', async () => {
    const port = await listen(() => undefined);
    const ended = new Promise<void>((resolve) => {
      servers.at(-1)?.on('upgrade', (_, socket) => {
        const body = JSON.stringify({ code: 'app_not_found', detail: 'There is no such app.' });
        const head = `content-type: application/problem+json\r\ncontent-length: ${body.length}`;
        socket.on('error', () => undefined).resume();
        socket.once('end', () => resolve(void socket.destroy()));
        socket.write(`HTTP/1.1 404 Not Found\r\n${head}\r\n\r\n${body}`);
      });
    });
    const failure = await refusal(client(`http://127.0.0.1:${port}`).terminal('/v1/apps/x/run'));
    expect(failure).toMatchObject({ code: 'app_not_found', exit: 'missing' });
    await ended;
  });

  it('to where nobody listens is not tried again, and says so', async () => {
    const port = await listen(() => undefined);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    const tries = vi.spyOn(Api.prototype as unknown as { send: () => void }, 'send');
    const failure = await refusal(client(`http://127.0.0.1:${port}`).get('/v1/meta'));
    expect(failure).toMatchObject({ exit: 'unreachable', why: 'Nothing listens there.' });
    expect(tries).toHaveBeenCalledOnce();
    tries.mockRestore();
  });

  it('goes through the proxy that the environment names', async () => {
    const seen: (string | undefined)[] = [];
    const port = await listen((request, response) => {
      seen.push(request.url, request.headers.host, request.headers['proxy-authorization']);
      response.writeHead(200, json).end('{}');
    });
    await client('http://berth.test', { http_proxy: `http://jo:pw@127.0.0.1:${port}` }).get('/v1/x');
    expect(seen).toEqual(['http://berth.test/v1/x', 'berth.test', `Basic ${btoa('jo:pw')}`]);
  });

  it('over TLS asks the proxy for a tunnel, and never shows it the token', async () => {
    const port = await listen(() => undefined);
    const asked: IncomingMessage[] = [];
    servers[0]?.on('connect', (request: IncomingMessage, socket) => {
      asked.push(request);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    const failure = await refusal(
      client('https://berth.test', { https_proxy: `127.0.0.1:${port}` }).get('/v1/x'),
    );
    expect(failure.exit).toBe('unreachable');
    expect(failure.why).toContain('403');
    expect(asked[0]?.url).toBe('berth.test:443');
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });
});

describe('an upload', () => {
  it('streams its body, and gives the answer of a server that refuses before all of it was sent', async () => {
    const port = await listen((request, response) => {
      if (request.url?.endsWith('fits'))
        void text(request).then((got) => response.writeHead(202, json).end(JSON.stringify({ got })));
      else
        response
          .writeHead(413, { 'content-type': 'application/problem+json', connection: 'close' })
          .end(JSON.stringify({ code: 'upload_too_large', detail: 'Too large.' }));
    });
    const api = client(`http://127.0.0.1:${port}`);
    const fits = await api.upload('/fits', {}, Readable.from([Buffer.from('ab'), Buffer.from('c')]), {});
    expect(fits).toEqual({ got: 'abc' });
    const chunk = Buffer.alloc(64 * 1024);
    const endless = Readable.from(
      (function* () {
        for (let count = 0; count < 200; count++) yield chunk;
      })(),
    );
    expect(await refusal(api.upload('/big', {}, endless, {}))).toMatchObject({ code: 'upload_too_large' });
  });
});

describe('a stream', () => {
  it('is taken up again after its last message when the connection breaks', async () => {
    const from: unknown[] = [];
    const port = await listen((request, response) => {
      from.push(request.headers['last-event-id']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (id: number): void => void response.write(`event: line\nid: ${id}\ndata: ${id}\n\n`);
      if (from.length === 1) {
        send(1);
        send(2);
        setTimeout(() => response.destroy(), 20);
      } else {
        send(3);
        response.end();
      }
    });
    const got: unknown[] = [];
    for await (const { data } of client(`http://127.0.0.1:${port}`).stream('/v1/s'))
      if (got.push(data) === 3) break;
    expect(got).toEqual([1, 2, 3]);
    expect(from).toEqual([undefined, '2']);
  });

  it('that may not be seen ends with the refusal', async () => {
    const port = await listen((_request, response) => {
      const problem = JSON.stringify({ code: 'role_too_low', detail: 'No.' });
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end(problem);
    });
    const all = client(`http://127.0.0.1:${port}`).stream('/v1/s').next();
    expect(await refusal(all)).toMatchObject({ code: 'role_too_low', exit: 'denied' });
  });

  it('ends quietly when the person leaves', async () => {
    const port = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    const leave = new AbortController();
    const got: unknown[] = [];
    for await (const { data } of client(`http://127.0.0.1:${port}`, {}, leave.signal).stream('/v1/s')) {
      got.push(data);
      leave.abort();
    }
    expect(got).toEqual([1]);
  });
});

describe('a name in a path', () => {
  it('can never lead out of it', () => {
    expect(seg('a/../b?c#d')).toBe('a%2F..%2Fb%3Fc%23d');
    for (const name of ['', '.', '..']) expect(() => seg(name)).toThrow('not a name');
  });
});
