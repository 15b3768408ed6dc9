import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import type { RouteTable, TeamGate } from '#libs/contracts/edge.js';
import { KeptSockets } from '#libs/config/kept-sockets.js';
import { askTcp, askUdp, question, read } from '../../test/dns.js';
import { inState, Rig, serving } from '../../test/rig.js';
import { frame } from './frames.js';

/** Two teams; loopback lends their bridges' addresses. */
const ours = { gateway: '127.77.4.1', subnet: '127.77.4.0/24', caller: '127.77.4.9' };
const theirs = { gateway: '127.77.5.1', subnet: '127.77.5.0/24', caller: '127.77.5.9' };

const rig = new Rig();
afterEach(() => rig.end());

function gate(team: typeof ours, apps: Record<string, string>): TeamGate {
  return { gateway: team.gateway, subnet: team.subnet, apps };
}

function table(hosts: RouteTable['hosts'], gates: TeamGate[]): RouteTable {
  return { ...rig.table(hosts), gates };
}

interface Called {
  status: number;
  code: string;
  text: string;
}

/** A container's request: from an address of its team to the gateway. */
function call(
  port: number,
  name: string,
  options: {
    from?: string;
    to?: string;
    headers?: Record<string, string>;
    method?: string;
    body?: string;
  } = {},
): Promise<Called> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: options.to ?? ours.gateway,
      localAddress: options.from ?? ours.caller,
      port,
      agent: false,
      method: options.method ?? 'GET',
      headers: { Host: name, ...options.headers },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          code: String(response.headers['berth-error'] ?? ''),
          text,
        }),
      );
    });
    outgoing.end(options.body);
  });
}

/** Waits until a gate takes connections. */
function opened(port: number, team = ours): Promise<unknown> {
  return waitFor('the gate', () => call(port, 'x.internal', { from: team.caller, to: team.gateway }), {
    timeoutMs: 5_000,
  });
}

describe('a call to NAME.internal', () => {
  it('reaches the app of the team, with the caller’s address and no forged one', async () => {
    const app = await rig.app((incoming, response) => response.end(JSON.stringify(incoming.headers)));
    const { settings } = await rig.activator();
    await rig.putTable(
      settings,
      table({ 'shop.apps.test': serving('shop', app.port) }, [gate(ours, { shop: 'shop.apps.test' })]),
    );
    await opened(settings.port);
    const { status, text } = await call(settings.port, 'Shop.internal:8080', {
      headers: {
        'X-Forwarded-For': '6.6.6.6',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'bank.example',
        'X-Real-Ip': '6.6.6.6',
        Forwarded: 'for=6.6.6.6',
        'X-Own': 'kept',
      },
    });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      host: 'Shop.internal:8080',
      'x-forwarded-for': ours.caller,
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'Shop.internal:8080',
      forwarded: `for=${ours.caller};host="Shop.internal:8080";proto=http`,
      'x-own': 'kept',
    });
    expect(text).not.toContain('6.6.6.6');
  });

  it('is answered alike for another team’s app and for none, and outside hosts are none', async () => {
    const app = await rig.app((_incoming, response) => response.end('secret'));
    const { settings } = await rig.activator();
    await rig.putTable(
      settings,
      table({ 'shop.apps.test': serving('shop', app.port) }, [
        gate(ours, {}),
        gate(theirs, { shop: 'shop.apps.test' }),
      ]),
    );
    await opened(settings.port);
    const [foreign, missing, outside] = await Promise.all(
      ['shop.internal', 'nope.internal', 'shop.apps.test'].map((name) => call(settings.port, name)),
    );
    expect(foreign).toMatchObject({ status: 404, code: 'unknown_host' });
    expect(foreign?.text.replaceAll('shop', 'nope')).toBe(missing?.text);
    expect(outside?.status).toBe(404);
  });

  it('at another team’s gateway is cut off unheard', async () => {
    const { settings } = await rig.activator();
    await rig.putTable(settings, table({}, [gate(ours, {}), gate(theirs, {})]));
    await opened(settings.port, theirs);
    await expect(call(settings.port, 'shop.internal', { to: theirs.gateway })).rejects.toThrow();
  });

  it('is held while the app starts', async () => {
    const app = await rig.app((incoming, response) => incoming.pipe(response));
    const { settings } = await rig.activator();
    const gates = [gate(ours, { shop: 'shop.apps.test' })];
    await rig.putTable(settings, table({ 'shop.apps.test': inState('shop', 'starting') }, gates));
    await opened(settings.port);
    const held = call(settings.port, 'shop.internal', { method: 'POST', body: 'order' });
    await call(settings.port, 'nope.internal');
    await rig.putTable(settings, table({ 'shop.apps.test': serving('shop', app.port) }, gates));
    expect(await held).toMatchObject({ status: 200, text: 'order' });
  });
});

describe('a connection to NAME.internal that switches protocols', () => {
  it('is one from the container to the app, both ways', async () => {
    const app = await rig.app(() => undefined);
    app.server.on('upgrade', (incoming, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.write(`for ${String(incoming.headers['x-forwarded-for'])};`);
      socket.pipe(socket);
    });
    const { settings } = await rig.activator();
    await rig.putTable(
      settings,
      table({ 'shop.apps.test': serving('shop', app.port) }, [gate(ours, { shop: 'shop.apps.test' })]),
    );
    await opened(settings.port);
    const head = 'GET / HTTP/1.1\r\nHost: shop.internal\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';
    const socket = connect({ host: ours.gateway, port: settings.port, localAddress: ours.caller });
    let seen = '';
    socket.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    socket.write(head);
    await waitFor('the switch', () => seen.includes(';'), { timeoutMs: 3_000 });
    socket.write('hello');
    await waitFor('the echo', () => seen.endsWith('hello'), { timeoutMs: 3_000 });
    expect(seen).toContain(`101 Switching Protocols`);
    expect(seen).toContain(`for ${ours.caller};`);
    socket.destroy();
  });
});

describe('gates', () => {
  it('open, change and close as the tables say, and nothing else is listened on', async () => {
    const words: object[] = [];
    const sockets = new KeptSockets({}, (word) => words.push(word));
    const { settings } = await rig.activator({}, undefined, sockets);
    await rig.putTable(settings, table({}, [gate(ours, {})]));
    await opened(settings.port);
    await expect(
      call(settings.port, 'x.internal', { from: theirs.caller, to: theirs.gateway }),
    ).rejects.toThrow('ECONNREFUSED');
    await rig.putTable(settings, table({}, [gate(theirs, {})]));
    await opened(settings.port, theirs);
    await expect(call(settings.port, 'x.internal')).rejects.toThrow('ECONNREFUSED');
    expect(await askUdp(question('x.internal'), at(settings, ours), ours.caller, 300)).toBeNull();
    // For as long as there is the gate, its sockets outlive this process.
    const [http, names] = [
      `tcp ${ours.gateway}:${settings.port}`,
      `udp ${ours.gateway}:${settings.namesPort}`,
    ];
    expect(words).toEqual(expect.arrayContaining([{ keep: http }, { keep: names }]));
    expect(words).toEqual(expect.arrayContaining([{ drop: http }, { drop: names }]));
  });

  it('open as soon as they can, and do not keep the others waiting', async () => {
    const { settings } = await rig.activator();
    // Somebody is in the way on one; TEST-NET-1 is no address of any machine, as a bridge that is not made yet.
    const inTheWay = createServer((socket) => socket.destroy()).listen(settings.port, theirs.gateway);
    await once(inTheWay, 'listening');
    const missing = { gateway: '192.0.2.1', subnet: '192.0.2.0/24', apps: {} };
    await rig.putTable(settings, table({}, [missing, gate(theirs, {}), gate(ours, {})]));
    await opened(settings.port);
    inTheWay.close();
    await opened(settings.port, theirs);
  });

  it('answer for names over UDP and TCP, only to their own team', async () => {
    const { settings } = await rig.activator();
    await rig.putTable(settings, table({}, [gate(ours, { shop: 'shop.apps.test' })]));
    const asked = question('shop.internal');
    const answer = await waitFor('an answer', () => askUdp(asked, at(settings, ours), ours.caller, 200), {
      timeoutMs: 5_000,
    });
    expect(read(answer)).toMatchObject({ code: 0, answers: 1, address: ours.gateway });
    expect(await askUdp(asked, at(settings, ours), theirs.caller, 300)).toBeNull();

    const twice = Buffer.concat([frame(asked), frame(question('nope.internal'))]);
    const expected = 2 + answer.length + 2 + question('nope.internal').length;
    const stream = await askTcp(twice, at(settings, ours), ours.caller, expected);
    expect(stream.subarray(2, 2 + answer.length).equals(answer)).toBe(true);
    expect(read(stream.subarray(4 + answer.length)).code).toBe(3);
    expect(await askTcp(twice, at(settings, ours), theirs.caller)).toHaveLength(0);
  });
});

const at = (settings: { namesPort: number }, team: typeof ours) => ({
  address: team.gateway,
  port: settings.namesPort,
});
