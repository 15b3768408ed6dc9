import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { renderApp } from '#libs/traefik-config/app-file.js';
import { confirmPublished, confirmRemoved } from '#libs/traefik-config/confirm.js';
import { DynamicDirectory } from '#libs/traefik-config/dynamic-directory.js';
import { readRouteCounters } from '#libs/traefik-config/metrics.js';
import { appFileName } from '#libs/traefik-config/names.js';
import { platformFileName, renderPlatform } from '#libs/traefik-config/platform-file.js';
import { startTraefik, type RealTraefik } from '#libs/traefik-config/test/real-traefik.js';
import { echoAs, startLoad } from '../test/load.js';
import { ended, spawnActivator } from '../test/process.js';
import { ask, raw, Rig, serving } from '../test/rig.js';
import type { Activator } from './activator.js';

const rig = new Rig();
let traefik: RealTraefik;
let activator: Activator;
let directory: DynamicDirectory;
let generation = 0;

beforeAll(async () => {
  traefik = await startTraefik();
  rig.onEnd(() => traefik.end());
  activator = (await rig.activator()).activator;
  const api = await rig.app((incoming, response) => response.end(`api ${incoming.headers.host}`));
  directory = new DynamicDirectory(traefik.dynamic);
  await directory.write(
    platformFileName,
    renderPlatform({
      domain: 'berth.localhost',
      apiPort: api.port,
      activatorPort: activator.port,
      entryPoints: ['web'],
    }),
  );
  await waitFor(
    'the platform’s route',
    async () => (await viaTraefik({ host: 'berth.localhost' })).status === 200,
    {
      timeoutMs: 5_000,
    },
  );
});
afterAll(() => rig.end());

const viaTraefik = (options: Parameters<typeof ask>[1]) => ask(traefik.port, options);
const confirming = () => ({ api: traefik.api, timeoutMs: 5_000 });

async function publish(appId: string, host: string, ...ports: number[]): Promise<void> {
  generation += 1;
  const version = { epoch: 1, generation };
  const instances = ports.map((port) => ({ address: '127.0.0.1', port }));
  await directory.write(
    appFileName(appId),
    renderApp({ appId, version, hosts: [host], instances, entryPoints: ['web'] }),
  );
  await confirmPublished(appId, version, confirming());
}

async function unpublish(appId: string): Promise<void> {
  await directory.remove(appFileName(appId));
  await confirmRemoved(appId, confirming());
}

describe('the platform’s routes', () => {
  it('take the platform’s host to the api and everything else to the activator', async () => {
    expect((await viaTraefik({ host: 'berth.localhost' })).text).toBe('api berth.localhost');
    const unknown = await viaTraefik({ host: 'nobody.apps.localhost' });
    expect([unknown.status, unknown.headers['berth-error']]).toEqual([404, 'unknown_host']);
  });

  it('cannot be taken over by an app that names the platform’s host', async () => {
    const thief = await rig.app((_incoming, response) => response.end('thief'));
    await publish('thief', 'berth.localhost', thief.port);
    expect((await viaTraefik({ host: 'berth.localhost' })).text).toBe('api berth.localhost');
    await unpublish('thief');
  });

  it('that Traefik cannot use are reported with its reason, instead of waited for', async () => {
    const broken = renderApp({
      appId: 'broken',
      version: { epoch: 1, generation: 0 },
      hosts: ['x.apps.localhost'],
      instances: [{ address: '127.0.0.1', port: 1 }],
      entryPoints: ['no-such-entry-point'],
    });
    await directory.write(appFileName('broken'), broken);
    await expect(confirmPublished('broken', { epoch: 1, generation: 0 }, confirming())).rejects.toMatchObject(
      {
        code: 'route_refused',
      },
    );
    await directory.remove(appFileName('broken'));
  });

  it('that never come are given up with a sentence', async () => {
    const options = { api: traefik.api, timeoutMs: 50 };
    await expect(confirmPublished('nobody', { epoch: 1, generation: 0 }, options)).rejects.toMatchObject({
      code: 'route_unconfirmed',
    });
  });
});

describe.each(['activator', 'direct'] as const)('an app reached by way of %s', (way) => {
  const host = `${way}.apps.localhost`;

  /** Puts an app behind the host, by this way. */
  async function serve(listener: Parameters<Rig['app']>[0]) {
    const app = await rig.app(listener);
    // The activator knows every host, also those that Traefik serves without it.
    activator.edge.apply(rig.table({ [host]: serving(way, app.port) }));
    if (way === 'direct') await publish(`id-${way}`, host, app.port);
    return app;
  }

  it('answers past the activator only when it has a route of its own', async () => {
    const app = await serve((_incoming, response) => response.end('here'));
    for (let index = 0; index < 3; index += 1) expect((await viaTraefik({ host })).text).toBe('here');
    const requests = activator.edge.stats().instances[`${way}-${app.port}`]?.requests ?? 0;
    expect(requests).toBe(way === 'direct' ? 0 : 3);
  });

  it.each([
    ['', {}],
    [' that sends Forwarded', { Forwarded: 'for=6.6.6.6;host=evil.example' }],
    [' that sends forwarded without a value', { forwarded: '' }],
  ])('sees what the platform says about a visitor%s, not what the visitor says', async (_name, more) => {
    await serve((incoming, response) => response.end(JSON.stringify(incoming.headers)));
    const answer = await viaTraefik({
      host,
      headers: {
        ...more,
        'X-Forwarded-For': '6.6.6.6',
        'X-Forwarded-Proto': 'gopher',
        'X-Forwarded-Host': 'evil.example',
        'X-Real-Ip': '6.6.6.6',
        X_Forwarded_For: '6.6.6.6',
        'X.Forwarded.For': '6.6.6.6',
        'X-Other': 'kept',
      },
    });
    expect(answer.text).not.toMatch(/6\.6\.6\.6|evil|gopher/);
    const seen = JSON.parse(answer.text) as Record<string, string>;
    expect(seen).toMatchObject({
      host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': host,
      'x-other': 'kept',
    });
    const made = `for=127.0.0.1;host=${host};proto=http`;
    const straight = way === 'direct' && Object.keys(more).length === 0;
    expect(seen['forwarded']).toBe(straight ? undefined : made);
  });

  it('gets paths and queries as they were sent', async () => {
    await serve((incoming, response) => response.end(incoming.url));
    const path = '/@scope%2Fpackage/%25/a;b?q=%2F&q=a+b';
    expect((await viaTraefik({ host, path })).text).toBe(path);
  });

  it('takes headers of some size, and never hears of those that are too large: their sender does', async () => {
    await serve((incoming, response) => response.end(String(incoming.headers['x-large']?.length)));
    const send = (bytes: number) => viaTraefik({ host, headers: { 'X-Large': 'x'.repeat(bytes) } });
    expect((await send(12_000)).text).toBe('12000');
    expect((await send(200_000)).status).toBe(431);
  });

  it('gets a 30 MB upload whole, and its answer comes back whole', async () => {
    await serve((incoming, response) => incoming.pipe(response));
    const body = randomBytes(30 * 1024 * 1024);
    const answer = await viaTraefik({
      host,
      method: 'POST',
      body,
      headers: { 'Transfer-Encoding': 'chunked' },
    });
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(answer.body)).toBe(digest(body));
  });

  it('streams server-sent events one by one', async () => {
    let send: (text: string) => void = () => undefined;
    await serve((_incoming, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
      send = (text) => response.write(text);
    });
    const client = await raw(traefik.port);
    client.socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await waitFor('the headers', () => client.seen().includes('text/event-stream'), { timeoutMs: 3_000 });
    for (const event of ['data: one\n\n', 'data: two\n\n']) {
      send(event);
      await waitFor(event, () => client.seen().includes(event), { timeoutMs: 3_000 });
    }
    client.socket.destroy();
  });

  it('keeps a WebSocket open in both directions', async () => {
    const app = await serve(() => undefined);
    app.server.on('upgrade', (_incoming, socket) => {
      socket.on('error', () => undefined);
      rig.onEnd(() => socket.destroy());
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.pipe(socket);
    });
    const client = await raw(traefik.port);
    client.socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await waitFor('101', () => client.seen().includes('101 Switching'), { timeoutMs: 3_000 });
    for (const word of ['ping', 'pong']) {
      client.socket.write(word);
      await waitFor(word, () => client.seen().endsWith(word), { timeoutMs: 3_000 });
    }
    client.socket.destroy();
  });

  it('is found whatever the case, the port and a trailing dot of the host', async () => {
    await serve((_incoming, response) => response.end('here'));
    for (const form of [host.toUpperCase(), `${host}:8080`, `${host}.`]) {
      expect((await viaTraefik({ host: form })).text).toBe('here');
    }
  });
});

describe('changes of way under load', () => {
  it('publishing, replacing and removing a direct route loses no request, and none goes to a server of before', async () => {
    const host = 'busy.apps.localhost';
    const servers = await Promise.all(['one', 'two'].map((name) => rig.app(echoAs(name))));
    const [one, two] = servers.map((server) => server.port) as [number, number];
    activator.edge.apply(rig.table({ [host]: serving('busy', one) }));
    const load = startLoad(traefik.port, host, 6);
    const more = async () => {
      const before = load.answered();
      await waitFor('more answers', () => load.answered() >= before + 60, { timeoutMs: 10_000 });
    };
    for (let round = 0; round < 8; round += 1) {
      await more();
      await publish('busy', host, one);
      await more();
      await publish('busy', host, two);
      activator.edge.apply(rig.table({ [host]: serving('busy', two) }));
      // In flight since before the change: let those end, then nothing may reach the old one.
      await more();
      const seen = load.byServer.get('one');
      await more();
      expect(load.byServer.get('one')).toBe(seen);
      await unpublish('busy');
      await more();
      activator.edge.apply(rig.table({ [host]: serving('busy', one) }));
    }
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.answered()).toBeGreaterThan(8 * 5 * 60);
  });
});

describe('an activator that was killed', () => {
  it('is waited for: requests that come meanwhile are answered once it is back, POST included', async () => {
    const own = await startTraefik();
    rig.onEnd(() => own.end());
    const settings = await rig.settings();
    const app = await rig.app(echoAs('app'));
    const routes = {
      domain: 'berth.localhost',
      apiPort: 1,
      activatorPort: settings.port,
    };
    await new DynamicDirectory(own.dynamic).write(
      platformFileName,
      renderPlatform({ ...routes, entryPoints: ['web'] }),
    );
    const first = await spawnActivator(settings);
    await rig.putTable(settings, rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    await waitFor('the route', async () => (await ask(own.port)).status === 200, { timeoutMs: 5_000 });

    first.kill('SIGKILL');
    await ended(first);
    const meanwhile = [ask(own.port), ask(own.port, { method: 'POST', body: 'kept' })];
    const second = await spawnActivator(settings);
    rig.onEnd(async () => {
      second.kill('SIGKILL');
      await ended(second);
    });
    expect((await Promise.all(meanwhile)).map((answer) => answer.text)).toEqual([
      'app GET ',
      'app POST kept',
    ]);
  });
});

describe('Traefik’s counters', () => {
  it('tell requests, errors and durations per app', async () => {
    const app = await rig.app((incoming, response) => {
      response.statusCode = incoming.url === '/bad' ? 503 : 200;
      response.end();
    });
    await publish('counted', 'counted.apps.localhost', app.port);
    for (const path of ['/', '/', '/bad']) await viaTraefik({ host: 'counted.apps.localhost', path });
    const counters = await waitFor(
      'three counted',
      async () => {
        const seen = (await readRouteCounters(traefik.api)).get('counted');
        return seen?.requests === 3 && seen;
      },
      { timeoutMs: 3_000 },
    );
    expect(counters.errors).toBe(1);
    expect(counters.buckets.at(-1)).toBe(3);
  });
});
