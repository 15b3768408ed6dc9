import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { ask, inState, raw, Rig, serving } from '../test/rig.js';

const rig = new Rig();
afterEach(() => rig.end());

/** An activator whose only app is behind a.apps.localhost. */
async function inFrontOf(listener: Parameters<Rig['app']>[0], limits = {}) {
  const app = await rig.app(listener);
  const { activator, settings } = await rig.activator(limits);
  activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', app.port) }));
  return { ...app, activator, settings, edgePort: activator.port };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a request through the activator', () => {
  it('keeps the visitor’s Host, method, path and headers, repeated ones included', async () => {
    const { edgePort } = await inFrontOf((incoming, response) => {
      response.end(
        JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.rawHeaders }),
      );
    });
    const answer = await ask(edgePort, {
      host: 'A.apps.localhost:8080',
      method: 'DELETE',
      path: '/a%2Fb/?q=1&q=2',
      headers: { 'X-Twice': ['one', 'two'], Cookie: 'a=b' },
    });
    const seen = JSON.parse(answer.text) as { method: string; url: string; headers: string[] };
    expect(seen.method).toBe('DELETE');
    expect(seen.url).toBe('/a%2Fb/?q=1&q=2');
    expect(seen.headers.slice(0, 2)).toEqual(['Host', 'A.apps.localhost:8080']);
    expect(seen.headers.join('|')).toContain('X-Twice|one|X-Twice|two|Cookie|a=b');
  });

  it('keeps the app’s status, reason, repeated headers and trailers', async () => {
    const { edgePort } = await inFrontOf((_incoming, response) => {
      response.writeHead(418, 'Short and stout', [
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Trailer',
        'X-Sum',
      ]);
      response.write('tea');
      response.addTrailers({ 'X-Sum': '3' });
      response.end();
    });
    const answer = await ask(edgePort);
    expect([answer.status, answer.message, answer.text]).toEqual([418, 'Short and stout', 'tea']);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.trailers).toEqual({ 'x-sum': '3' });
  });

  it('passes 20 MB through in both directions, unchanged', async () => {
    const { edgePort } = await inFrontOf((incoming, response) => {
      response.writeHead(200, { 'Content-Length': incoming.headers['content-length'] });
      incoming.pipe(response);
    });
    const body = randomBytes(20 * 1024 * 1024);
    const answer = await ask(edgePort, {
      method: 'POST',
      body,
      headers: { 'Content-Length': String(body.length) },
    });
    expect(createHash('sha256').update(answer.body).digest('hex')).toBe(
      createHash('sha256').update(body).digest('hex'),
    );
  });

  it('does not read ahead of an app that stops reading', async () => {
    let incomingBytes = 0;
    const { edgePort } = await inFrontOf((incoming) => {
      incoming.once('data', (chunk: Buffer) => {
        incomingBytes = chunk.length;
        incoming.pause();
      });
    });
    const outgoing = request({
      host: '127.0.0.1',
      port: edgePort,
      method: 'POST',
      headers: { Host: 'a.apps.localhost' },
    });
    outgoing.on('error', () => undefined);
    rig.onEnd(() => outgoing.destroy());
    const chunk = Buffer.alloc(1024 * 1024);
    let sent = 0;
    // Write until the wire is full and stays full: the kernel's buffers on four sockets hold some megabytes, not 64.
    const full = await waitFor(
      'a full wire',
      () => {
        if (sent >= 64) return 'never full';
        if (outgoing.writableLength < 8 * chunk.length) {
          sent += 1;
          outgoing.write(chunk);
          return false;
        }
        return 'full';
      },
      { timeoutMs: 10_000, everyMs: 5 },
    );
    expect(full).toBe('full');
    expect(incomingBytes).toBeGreaterThan(0);
  });

  it('delivers a chunked upload with its trailers', async () => {
    const { edgePort } = await inFrontOf((incoming, response) => {
      void bodyOf(incoming).then((body) =>
        response.end(
          JSON.stringify({
            body: body.toString(),
            te: incoming.headers['transfer-encoding'],
            trailers: incoming.trailers,
          }),
        ),
      );
    });
    const { socket, seen } = await raw(edgePort);
    socket.write(
      'POST / HTTP/1.1\r\nHost: a.apps.localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n',
    );
    socket.write('3\r\nabc\r\n');
    socket.write('3\r\ndef\r\n0\r\nX-Sum: 6\r\n\r\n');
    await waitFor('the answer', () => seen().includes('abcdef'), { timeoutMs: 3_000 });
    expect(seen()).toContain('"te":"chunked"');
    expect(seen()).toContain('"x-sum":"6"');
    socket.destroy();
  });

  it('answers HEAD with the app’s headers and no body, and keeps the connection in step', async () => {
    const { edgePort } = await inFrontOf((incoming, response) => {
      response.writeHead(200, { 'Content-Length': 5 });
      response.end(incoming.method === 'HEAD' ? undefined : 'hello');
    });
    const { socket, seen } = await raw(edgePort);
    socket.write(
      'HEAD / HTTP/1.1\r\nHost: a.apps.localhost\r\n\r\nGET / HTTP/1.1\r\nHost: a.apps.localhost\r\n\r\n',
    );
    await waitFor(
      'both answers',
      () => seen().split('HTTP/1.1 200').length === 3 && seen().endsWith('hello'),
      {
        timeoutMs: 3_000,
      },
    );
    expect(seen().split('hello').length).toBe(2);
    socket.destroy();
  });

  it('asks for the body only when the app wants it (100-continue)', async () => {
    let wanted: () => void = () => undefined;
    const { edgePort, server } = await inFrontOf(() => undefined);
    server.on('checkContinue', (incoming, response) => {
      wanted = () => {
        response.writeContinue();
        void bodyOf(incoming).then((body) => response.end(`got ${body.toString()}`));
      };
      asked = true;
    });
    let asked = false;
    const { socket, seen } = await raw(edgePort);
    socket.write(
      'POST / HTTP/1.1\r\nHost: a.apps.localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
    );
    await waitFor('the app to see the request', () => asked, { timeoutMs: 3_000 });
    expect(seen()).toBe('');
    wanted();
    await waitFor('100 Continue', () => seen().startsWith('HTTP/1.1 100 Continue'), { timeoutMs: 3_000 });
    socket.write('body');
    await waitFor('the answer', () => seen().includes('got body'), { timeoutMs: 3_000 });
    socket.destroy();
  });

  it('passes each server-sent event on when it is sent', async () => {
    let send: (text: string) => void = () => undefined;
    const { edgePort } = await inFrontOf((_incoming, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
      send = (text) => response.write(text);
    });
    const { socket, seen } = await raw(edgePort);
    socket.write('GET /events HTTP/1.1\r\nHost: a.apps.localhost\r\nAccept: text/event-stream\r\n\r\n');
    await waitFor('the headers', () => seen().includes('text/event-stream'), { timeoutMs: 3_000 });
    for (const event of ['data: one\n\n', 'data: two\n\n']) {
      send(event);
      await waitFor(event, () => seen().includes(event), { timeoutMs: 3_000 });
    }
    socket.destroy();
  });

  it('tells the app when the visitor leaves', async () => {
    let left = false;
    const { edgePort } = await inFrontOf((_incoming, response) => {
      response.write('first');
      response.once('close', () => (left = true));
    });
    const { socket, seen } = await raw(edgePort);
    socket.write('GET / HTTP/1.1\r\nHost: a.apps.localhost\r\n\r\n');
    await waitFor('the first bytes', () => seen().includes('first'), { timeoutMs: 3_000 });
    socket.destroy();
    await waitFor('the app to be told', () => left, { timeoutMs: 3_000 });
  });

  it('keeps no connection for a visitor who leaves after an answer that came before the whole body', async () => {
    let closed = false;
    const { edgePort } = await inFrontOf((incoming, response) => {
      incoming.socket.once('close', () => (closed = true));
      response.end('no, thank you');
    });
    const outgoing = request({
      ...{ host: '127.0.0.1', port: edgePort, method: 'POST', agent: false },
      headers: { Host: 'a.apps.localhost', 'Content-Length': '10' },
    }).on('error', () => undefined);
    outgoing.write('half');
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(String(await bodyOf(response))).toBe('no, thank you');
    outgoing.destroy();
    await waitFor('the connection to be closed', () => closed, { timeoutMs: 5_000 });
  });

  it('cuts the visitor off when the app breaks off, so that half an answer never looks whole', async () => {
    const { edgePort } = await inFrontOf((_incoming, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    });
    await expect(ask(edgePort)).rejects.toThrow();
  });

  it('refuses CONNECT and targets on other servers', async () => {
    const { edgePort } = await inFrontOf((_incoming, response) => response.end('app'));
    const tunnel = await raw(edgePort);
    tunnel.socket.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
    await waitFor('a refusal', () => tunnel.seen().startsWith('HTTP/1.1 405'), { timeoutMs: 3_000 });
    const proxy = await raw(edgePort);
    proxy.socket.write('GET http://example.com/ HTTP/1.1\r\nHost: a.apps.localhost\r\n\r\n');
    await waitFor('a refusal', () => proxy.seen().startsWith('HTTP/1.1 400'), { timeoutMs: 3_000 });
    tunnel.socket.destroy();
    proxy.socket.destroy();
  });

  it('refuses a header block above its limit with 431', async () => {
    const { edgePort } = await inFrontOf((_incoming, response) => response.end('app'));
    const { socket, seen } = await raw(edgePort);
    socket.write(`GET / HTTP/1.1\r\nHost: a.apps.localhost\r\nX-Big: ${'x'.repeat(70_000)}\r\n\r\n`);
    await waitFor('431', () => seen().startsWith('HTTP/1.1 431'), { timeoutMs: 3_000 });
    socket.destroy();
  });

  it('cuts an upload that stands still, not one that is slow', async () => {
    let received = '';
    const { edgePort } = await inFrontOf(
      (incoming, response) => {
        incoming.on('data', (chunk: Buffer) => (received += chunk.toString()));
        incoming.once('end', () => response.end('whole'));
        incoming.once('error', () => undefined);
      },
      { uploadIdleMs: 150 },
    );
    const slow = await raw(edgePort);
    slow.socket.write('POST / HTTP/1.1\r\nHost: a.apps.localhost\r\nContent-Length: 10\r\n\r\n');
    for (let index = 0; index < 10; index += 1) {
      const before = Date.now();
      await waitFor('a slow pace', () => Date.now() - before > 60, { timeoutMs: 1_000, everyMs: 10 });
      slow.socket.write('x');
    }
    await waitFor('the slow upload', () => slow.seen().includes('whole'), { timeoutMs: 3_000 });
    expect(received).toBe('xxxxxxxxxx');
    slow.socket.destroy();

    const still = await raw(edgePort);
    const closed = once(still.socket, 'close');
    still.socket.write('POST / HTTP/1.1\r\nHost: a.apps.localhost\r\nContent-Length: 10\r\n\r\nx');
    still.socket.on('end', () => still.socket.destroy());
    await closed;
    expect(still.seen()).not.toContain('whole');
  });
});

describe('a request that two readers could understand differently', () => {
  it.each([
    ['has a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['has two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody!'],
    ['chunks in another spelling', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['has a blank before the colon', 'X-A : b\r\n\r\n'],
  ])('is refused when it %s', async (_name, rest) => {
    let reached = false;
    const { edgePort } = await inFrontOf((_incoming, response) => {
      reached = true;
      response.end('app');
    });
    const { socket, seen } = await raw(edgePort);
    socket.write(`POST / HTTP/1.1\r\nHost: a.apps.localhost\r\n${rest}`);
    await waitFor('400', () => seen().startsWith('HTTP/1.1 400'), { timeoutMs: 3_000 });
    expect(reached).toBe(false);
    socket.destroy();
  });

  it('goes by its first Host when it has two, and the app sees no other', async () => {
    const { edgePort } = await inFrontOf((incoming, response) => response.end(incoming.rawHeaders.join('|')));
    const { socket, seen } = await raw(edgePort);
    socket.write(
      'GET / HTTP/1.1\r\nHost: a.apps.localhost\r\nHost: b.apps.localhost\r\nConnection: close\r\n\r\n',
    );
    await waitFor('an answer', () => seen().includes('\r\n\r\n'), { timeoutMs: 3_000 });
    expect(seen()).not.toContain('b.apps.localhost');
    socket.destroy();
  });
});

describe('a request that calls its length a header of the connection', () => {
  it('has its body all the same, and is one request', async () => {
    const reached: string[] = [];
    const { edgePort } = await inFrontOf((incoming, response) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
      incoming.once('end', () => {
        reached.push(`${incoming.method} ${incoming.url} ${body}`);
        response.end('app');
      });
    });
    const inner = 'GET /inner HTTP/1.1\r\nHost: a.apps.localhost\r\n\r\n';
    const { socket, seen } = await raw(edgePort);
    socket.write(
      `DELETE / HTTP/1.1\r\nHost: a.apps.localhost\r\nConnection: close, Content-Length\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    );
    await waitFor('an answer', () => seen().includes('app'), { timeoutMs: 3_000 });
    expect(reached).toEqual([`DELETE / ${inner}`]);
    socket.destroy();
  });
});

describe('connections to an app', () => {
  it('are kept for GET and new for POST', async () => {
    const ports = new Map<string, Set<number>>();
    const { edgePort, activator, port } = await inFrontOf((incoming, response) => {
      const seen = ports.get(incoming.method ?? '') ?? new Set();
      ports.set(incoming.method ?? '', seen.add(incoming.socket.remotePort ?? 0));
      incoming.resume();
      incoming.once('end', () => response.end('ok'));
    });
    for (let index = 0; index < 3; index += 1) await ask(edgePort);
    for (let index = 0; index < 3; index += 1) await ask(edgePort, { method: 'POST', body: 'x' });
    expect(ports.get('GET')?.size).toBe(1);
    expect(ports.get('POST')?.size).toBe(3);
    // Whoever asks whether the app is in use is told of the kept one.
    const kept = () => activator.edge.stats().instances[`a-${port}`]?.idle === 1;
    await waitFor('the kept one', kept, { timeoutMs: 2_000 });
  });

  it('repeat a GET once, on a new connection, when the kept one turns out dead', async () => {
    let deadly = false;
    let connections = 0;
    const { edgePort, server } = await inFrontOf((incoming, response) => {
      if (deadly) {
        deadly = false;
        incoming.socket.destroy();
      } else response.end('ok');
    });
    server.on('connection', () => (connections += 1));
    expect((await ask(edgePort)).text).toBe('ok');
    deadly = true;
    expect((await ask(edgePort)).text).toBe('ok');
    expect(connections).toBe(2);
  });

  it('never send a POST twice', async () => {
    let posts = 0;
    const { edgePort } = await inFrontOf((incoming) => {
      posts += 1;
      incoming.socket.destroy();
    });
    const answer = await ask(edgePort, { method: 'POST', body: 'pay' });
    expect(answer.status).toBe(502);
    expect(answer.headers['berth-error']).toBe('app_broken_answer');
    expect(posts).toBe(1);
  });

  it('go to the instance with the least in flight', async () => {
    const slow = await rig.app(() => undefined);
    const quick = await rig.app((_incoming, response) => response.end('quick'));
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', slow.port, quick.port) }));
    const hanging = new AbortController();
    const first = ask(activator.port, { signal: hanging.signal }).catch(() => 'cut');
    await waitFor('one in flight', () => activator.edge.stats().instances[`a-${slow.port}`]?.inFlight === 1, {
      timeoutMs: 2_000,
    });
    for (let index = 0; index < 5; index += 1) expect((await ask(activator.port)).text).toBe('quick');
    hanging.abort();
    await first;
    await waitFor(
      'none in flight',
      () => activator.edge.stats().instances[`a-${slow.port}`]?.inFlight === 0,
      { timeoutMs: 2_000 },
    );
  });

  it('try another instance when one refuses, body included', async () => {
    const gone = await rig.app(() => undefined);
    const here = await rig.app((incoming, response) => {
      void bodyOf(incoming).then((body) => response.end(`got ${body.toString()}`));
    });
    gone.server.close();
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', gone.port, here.port) }));
    expect((await ask(activator.port)).text).toBe('got ');
    expect((await ask(activator.port, { method: 'POST', body: 'once' })).text).toBe('got once');
  });

  it('hold a request while every instance refuses, and deliver it when one is back', async () => {
    const gone = await rig.app(() => undefined);
    gone.server.close();
    const { activator } = await rig.activator({ redialMs: 20 });
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', gone.port) }));
    const answer = ask(activator.port, { method: 'POST', body: 'kept' });
    await waitFor('a try', () => activator.edge.stats().instances[`a-${gone.port}`] !== undefined, {
      timeoutMs: 2_000,
    });
    await rig.app((incoming, response) => {
      void bodyOf(incoming).then((body) => response.end(body));
    }, gone.port);
    expect((await answer).text).toBe('kept');
  });

  it('end in a 502 page when no instance comes back', async () => {
    const gone = await rig.app(() => undefined);
    gone.server.close();
    const { activator } = await rig.activator({ redialMs: 20, unreachableMs: 100 });
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', gone.port) }));
    const answer = await ask(activator.port);
    expect([answer.status, answer.headers['berth-error'], answer.headers['retry-after']]).toEqual([
      502,
      'app_unreachable',
      '2',
    ]);
  });
});

describe('a change of the table', () => {
  it('lets requests in flight finish on the old instance and sends new ones to the new', async () => {
    let finish: () => void = () => undefined;
    const old = await rig.app((_incoming, response) => (finish = () => response.end('old')));
    const fresh = await rig.app((_incoming, response) => response.end('new'));
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', old.port) }));
    const first = ask(activator.port);
    await waitFor('one in flight', () => activator.edge.stats().instances[`a-${old.port}`]?.inFlight === 1, {
      timeoutMs: 2_000,
    });
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', fresh.port) }));
    expect((await ask(activator.port)).text).toBe('new');
    expect(activator.edge.stats().instances[`a-${old.port}`]?.inFlight).toBe(1);
    finish();
    expect((await first).text).toBe('old');
  });

  it('releases requests that were held while the app started', async () => {
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'starting') }));
    const held = [ask(activator.port), ask(activator.port, { method: 'POST', body: 'b' })];
    const app = await rig.app((incoming, response) => response.end(incoming.method));
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    expect((await Promise.all(held)).map((answer) => answer.text)).toEqual(['GET', 'POST']);
  });
});

describe('when one app has several hosts', () => {
  it('releases the requests of the host that is ready, not those of the one that still starts', async () => {
    const { activator } = await rig.activator({ holdMs: 300 });
    const starting = inState('a', 'starting');
    activator.edge.apply(rig.table({ 'a.apps.localhost': starting, 'v1.apps.localhost': starting }));
    const first = ask(activator.port, { host: 'v1.apps.localhost' });
    const second = ask(activator.port);
    const app = await rig.app((_incoming, response) => response.end('v1'));
    activator.edge.apply(
      rig.table({ 'a.apps.localhost': starting, 'v1.apps.localhost': serving('a', app.port) }),
    );
    expect((await first).text).toBe('v1');
    expect((await second).status).toBe(503);
  });
});

describe('when no instance can answer', () => {
  it('holds only so many requests of one app, only so long, and forgets visitors that left', async () => {
    const { activator } = await rig.activator({ heldPerApp: 2, holdMs: 400 });
    activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'starting') }));
    const leaving = new AbortController();
    const left = ask(activator.port, { signal: leaving.signal }).catch(() => 'left');
    const held = ask(activator.port);
    const full = await waitFor(
      'a full room',
      async () => {
        const answer = await ask(activator.port, { signal: AbortSignal.timeout(100) }).catch(() => null);
        return answer?.headers['berth-error'] === 'app_busy' ? answer : null;
      },
      { timeoutMs: 350 },
    );
    expect([full.status, full.headers['retry-after']]).toEqual([503, '2']);
    leaving.abort();
    expect(await left).toBe('left');
    const answer = await held;
    expect([answer.status, answer.headers['berth-error'], answer.headers['retry-after']]).toEqual([
      503,
      'app_starting',
      '5',
    ]);
  });

  it.each([
    ['unknown_host', 404, null, 'nobody.apps.localhost'],
    ['no_release', 503, inState('a', 'no-release'), 'a.apps.localhost'],
    ['app_failing', 503, inState('a', 'failing', 'It exits with code 1 <script>.'), 'a.apps.localhost'],
  ] as const)('answers %s as page or as problem document', async (code, status, target, host) => {
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table(target === null ? {} : { 'a.apps.localhost': target }));
    const problem = await ask(activator.port, { host });
    expect([problem.status, problem.headers['content-type'], problem.headers['berth-error']]).toEqual([
      status,
      'application/problem+json',
      code,
    ]);
    expect(JSON.parse(problem.text)).toMatchObject({ status, code, type: `urn:berth:problem:${code}` });
    const page = await ask(activator.port, { host, headers: { Accept: 'text/html,*/*;q=0.8' } });
    expect([page.status, page.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(page.text).toContain('<h1>');
    expect(page.text).not.toContain('<script>');
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(page.text) ?? [];
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).not.toContain('unsafe');
    if (code === 'no_release')
      expect(page.text).toContain('git remote add berth http://berth.localhost:8080/git/a.git');
    if (code === 'app_failing') expect(problem.text).toContain('It exits with code 1');
  });
});

describe('what the platform says about the visitor', () => {
  const forged = {
    Forwarded: 'for=6.6.6.6',
    X_Forwarded_For: '6.6.6.6',
    'X.Forwarded.For': '6.6.6.6',
    x_real_ip: '6.6.6.6',
    Connection: 'close, X-Forwarded-For',
  };

  it('comes from Traefik’s X-Forwarded headers; Forwarded is made from them and no other spelling goes through', async () => {
    const { edgePort } = await inFrontOf((incoming, response) =>
      response.end(JSON.stringify(incoming.headers)),
    );
    const answer = await ask(edgePort, {
      headers: {
        ...forged,
        'X-Forwarded-For': '203.0.113.7',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'a.apps.localhost:8080',
      },
    });
    expect(answer.text).not.toContain('6.6.6.6');
    expect(JSON.parse(answer.text)).toMatchObject({
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'a.apps.localhost:8080',
      forwarded: 'for=203.0.113.7;host="a.apps.localhost:8080";proto=https',
    });
  });

  it('is stated even without Traefik', async () => {
    const { edgePort } = await inFrontOf((incoming, response) =>
      response.end(JSON.stringify(incoming.headers)),
    );
    const answer = await ask(edgePort, { headers: forged });
    expect(JSON.parse(answer.text)).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      forwarded: 'for=127.0.0.1;host=a.apps.localhost;proto=http',
    });
  });
});

describe('counters', () => {
  it('count requests, errors and durations per instance', async () => {
    const { edgePort, activator, port } = await inFrontOf((incoming, response) => {
      response.statusCode = incoming.url === '/bad' ? 500 : 200;
      response.end();
    });
    for (const path of ['/', '/', '/bad']) await ask(edgePort, { path });
    const stats = await waitFor(
      'three counted',
      () => {
        const seen = activator.edge.stats().instances[`a-${port}`];
        return seen?.requests === 3 && seen;
      },
      { timeoutMs: 2_000 },
    );
    expect(stats).toMatchObject({ appId: 'id-a', inFlight: 0, requests: 3, errors: 1 });
    expect(stats.buckets.at(-1)).toBe(3);
  });
});
