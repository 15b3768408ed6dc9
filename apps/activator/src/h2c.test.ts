import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { ask, Rig, serving } from '../test/rig.js';

const rig = new Rig();
afterEach(() => rig.end());

type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** An activator before an app that speaks HTTP/2 without TLS and nothing else. */
async function inFrontOf(handler: Handler, limits = {}) {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    handler(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  rig.onEnd(() => {
    server.close();
    for (const session of sessions) session.destroy();
  });
  const { activator } = await rig.activator(limits);
  const target = serving('a', (server.address() as AddressInfo).port);
  activator.edge.apply(
    rig.table({
      'a.apps.localhost': {
        ...target,
        instances: target.instances.map((one) => ({ ...one, protocol: 'h2c' as const })),
      },
    }),
  );
  return { edge: activator.port, sessions };
}

/** A request whose body is written as the test goes. */
function begin(port: number, headers = {}) {
  return request({
    ...{ host: '127.0.0.1', port, method: 'POST', path: '/Echo/Chat', agent: false },
    headers: { Host: 'a.apps.localhost', TE: 'trailers', 'Transfer-Encoding': 'chunked', ...headers },
  });
}

function echo(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
  stream.pipe(stream);
}

describe('an app that speaks h2c', () => {
  it('gets the visitor’s request as HTTP/2, and its answer’s trailers go on', async () => {
    const heard: IncomingHttpHeaders[] = [];
    const { edge } = await inFrontOf((stream, headers) => {
      heard.push(headers);
      echo(stream);
    });
    const answer = await ask(edge, {
      ...{ method: 'POST', path: '/Echo/Say?x=1', body: 'hello' },
      headers: { TE: 'trailers', 'X-Twice': ['1', '2'], 'Content-Type': 'application/grpc' },
    });
    expect([answer.status, answer.text]).toEqual([200, 'hello']);
    expect(answer.trailers).toEqual({ 'grpc-status': '0', 'grpc-message': 'fine' });
    expect(answer.headers['berth-start']).toBe('warm');
    expect(heard[0]).toMatchObject({
      ':method': 'POST',
      ':path': '/Echo/Say?x=1',
      ':authority': 'a.apps.localhost',
      te: 'trailers',
      'x-twice': '1, 2',
      'x-forwarded-host': 'a.apps.localhost',
    });
    expect((await ask(edge)).status).toBe(200);
  });

  it('talks with the visitor in both directions at the same time', async () => {
    const { edge } = await inFrontOf(echo);
    const outgoing = begin(edge);
    outgoing.flushHeaders();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    for (const word of ['one', 'two', 'three']) {
      outgoing.write(word);
      expect(String(await once(response, 'data'))).toBe(word);
    }
    outgoing.end();
    await once(response, 'end');
    expect(response.trailers).toMatchObject({ 'grpc-status': '0' });
  });

  it('may answer with headers alone, as gRPC does for an error', async () => {
    const { edge } = await inFrontOf((stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true }),
    );
    const answer = await ask(edge, { method: 'POST', body: 'x' });
    expect(answer.headers).toMatchObject({ 'grpc-status': '12', 'content-length': '0' });
    expect(answer.text).toBe('');
  });

  it('hears that the visitor has left', async () => {
    let closed = false;
    const { edge } = await inFrontOf((stream) => {
      stream.once('close', () => (closed = true));
      stream.respond({ ':status': 200 });
      stream.write('first');
    });
    const outgoing = begin(edge).on('error', () => undefined);
    outgoing.flushHeaders();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    outgoing.destroy();
    await waitFor('the stream to be closed', () => closed, { timeoutMs: 5_000 });
  });

  it('keeps nothing of a visitor who leaves after an answer that came before the whole body', async () => {
    const app = await inFrontOf(
      (stream) => {
        // It reads on: else Node's server would end the exchange itself.
        stream.resume();
        stream.respond({ ':status': 200, 'grpc-status': '9' }, { endStream: true });
      },
      { idleSocketMs: 50 },
    );
    const outgoing = begin(app.edge).on('error', () => undefined);
    outgoing.write('half');
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    outgoing.destroy();
    await waitFor('the connection to end', () => app.sessions.size === 0, { timeoutMs: 5_000 });
  });

  it('whose answer breaks off is not taken for whole', async () => {
    const { edge } = await inFrontOf((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('half', () => stream.destroy(new Error('broken')));
    });
    await expect(ask(edge)).rejects.toThrow();
  });

  it('has one connection for all requests, which ends when there are none, and gets another later', async () => {
    let most = 0;
    const app = await inFrontOf(
      (stream) => {
        most = Math.max(most, app.sessions.size);
        echo(stream);
      },
      { idleSocketMs: 50 },
    );
    const say = () => ask(app.edge, { method: 'POST', body: 'x' });
    const answers = await Promise.all(Array.from({ length: 20 }, say));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(most).toBe(1);
    await waitFor('the connection to end', () => app.sessions.size === 0, { timeoutMs: 5_000 });
    expect((await say()).status).toBe(200);
    for (const session of app.sessions) session.goaway();
    expect((await say()).status).toBe(200);
  });

  it('that is not there is told to be unreachable', async () => {
    const { activator } = await rig.activator({ unreachableMs: 200 });
    const target = serving('a', 1);
    const instances = target.instances.map((one) => ({ ...one, protocol: 'h2c' as const }));
    activator.edge.apply(rig.table({ 'a.apps.localhost': { ...target, instances } }));
    const answer = await ask(activator.port);
    expect([answer.status, answer.headers['berth-error']]).toEqual([502, 'app_unreachable']);
  });
});
