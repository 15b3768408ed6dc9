import { EventEmitter, once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { createServer as createTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { addDrain, removeDrain } from '#libs/store/drains.js';
import { certificateFor } from '../../../../test/support/certificate.js';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../../../test/support/database.js';
import type { InstanceLogLine } from '../logs/log-line.js';
import { DrainDesk } from './drain-desk.js';

const soon = { timeoutMs: 30_000 };
let database: TestDatabase;
let http: Server;
let tcp: TcpServer;
const sockets = new Set<Socket>();
const posted: InstanceLogLine[] = [];
/** What the HTTP receiver answers with. */
let status = 503;
let syslog = '';
const warnings: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  http = createHttp(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    if (status === 200)
      posted.push(
        ...body
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as InstanceLogLine),
      );
    response.writeHead(status).end();
  });
  tcp = createTcp((socket) => {
    sockets.add(socket.setEncoding('utf8').on('data', (text) => (syslog += String(text))));
  });
  await Promise.all([
    once(http.listen(0, '127.0.0.1'), 'listening'),
    once(tcp.listen(0, '127.0.0.1'), 'listening'),
  ]);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  http.close();
  http.closeAllConnections();
  tcp.close();
  await database.drop();
  expect(warnings).toEqual([]);
});

const port = (server: Server | TcpServer) => (server.address() as AddressInfo).port;

/** What apps print, as the log keeper tells of it. */
class Printed {
  readonly #lines = new EventEmitter<Record<string, [InstanceLogLine[]]>>();
  listen = (appId: string, listener: (lines: InstanceLogLine[]) => void) => {
    this.#lines.on(appId, listener);
    return () => this.#lines.off(appId, listener);
  };
  listeners = (appId: string) => this.#lines.listenerCount(appId);
  print(appId: string, text: string): void {
    const instance = '00000000-0000-7000-8000-0000000000aa';
    const at = '2026-01-02T03:04:05.123456789Z';
    this.#lines.emit(appId, [{ at, instance, process: 'web', release: 1, stream: 'stdout', text }]);
  }
}

function deskWith(logs: Printed, allowed: string[]): DrainDesk {
  const { db, sealer } = database;
  return new DrainDesk({ db, sealer, logs, allowed, warn: (message) => warnings.push(message) });
}

describe('a drain', () => {
  it('gets every line of its app by HTTP and by syslog, also after it was away, until it is removed', async () => {
    const { db, sealer } = database;
    const { appId, teamId, name } = await makeApp(db);
    const app = { id: appId, teamId };
    const logs = new Printed();
    const desk = deskWith(logs, ['127.0.0.1']);
    const urls = [`http://me:hush@127.0.0.1:${port(http)}/in`, `syslog://127.0.0.1:${port(tcp)}`];
    const [web] = await Promise.all(
      urls.map((url) => addDrain(db, sealer, app, { id: crypto.randomUUID(), url, actor: tester })),
    );
    expect(web!.shownUrl).not.toContain('hush');
    desk.ask();
    await waitFor('both drains to listen', async () => logs.listeners(appId) === 2, soon);
    logs.print(appId, 'first');
    await waitFor('the line by syslog', async () => syslog.endsWith(' - - first'), soon);
    expect(syslog).toContain(`<134>1 2026-01-02T03:04:05.123456Z berth ${name} web.000000aa - - first`);
    await waitFor(
      'the refusal to be noted',
      async () => {
        desk.ask();
        return (await db.drain.findUniqueOrThrow({ where: { id: web!.id } })).reason?.includes('503');
      },
      soon,
    );
    logs.print(appId, 'second');
    status = 200;
    await waitFor('both lines by HTTP', async () => posted.length === 2, soon);
    expect(posted).toMatchObject([
      { text: 'first', app: name },
      { text: 'second', app: name },
    ]);
    await removeDrain(db, app, web!.id, tester);
    desk.onNotice({ t: 'event', app: appId, team: teamId, kind: 'drain.removed' });
    await waitFor('the drain to listen no more', async () => logs.listeners(appId) === 1, soon);
    await desk.stop();
    expect(logs.listeners(appId)).toBe(0);
  });

  it('gets syslog over TLS, from whoever shows a certificate that this machine trusts', async () => {
    const { db, sealer } = database;
    const { appId, teamId } = await makeApp(db);
    const { key, cert } = await certificateFor('IP:127.0.0.1');
    let received = '';
    const secure = createTls({ key, cert }, (socket) => {
      sockets.add(socket.setEncoding('utf8').on('data', (text) => (received += String(text))));
    });
    // One that gives up on the certificate closes the connection: that is what is to be seen.
    secure.on('tlsClientError', () => undefined);
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    const url = `syslog+tls://127.0.0.1:${port(secure)}`;
    const logs = new Printed();
    const desk = deskWith(logs, ['127.0.0.1']);
    const wanted = { id: crypto.randomUUID(), url, actor: tester };
    const { id } = await addDrain(db, sealer, { id: appId, teamId }, wanted);
    const trusted = getCACertificates('default');
    try {
      desk.ask();
      await waitFor('the drain to listen', async () => logs.listeners(appId) === 1, soon);
      logs.print(appId, 'sealed');
      await waitFor(
        'the refusal to be noted',
        async () => {
          desk.ask();
          return (await db.drain.findUniqueOrThrow({ where: { id } })).reason?.includes('certificate');
        },
        soon,
      );
      expect(received).toBe('');
      setDefaultCACertificates([...trusted, cert]);
      await waitFor('the line', async () => received.endsWith(' - - sealed'), soon);
    } finally {
      setDefaultCACertificates(trusted);
      await desk.stop();
      secure.close();
    }
  });

  it('at an internal address gets nothing', async () => {
    const { db, sealer } = database;
    const { appId, teamId } = await makeApp(db);
    const logs = new Printed();
    const desk = deskWith(logs, []);
    const before = syslog;
    const { id } = await addDrain(
      db,
      sealer,
      { id: appId, teamId },
      {
        ...{ id: crypto.randomUUID(), actor: tester },
        url: `syslog://127.0.0.1:${port(tcp)}`,
      },
    );
    desk.ask();
    await waitFor('the drain to listen', async () => logs.listeners(appId) === 1, soon);
    logs.print(appId, 'secret');
    await waitFor(
      'the refusal to be noted',
      async () => {
        desk.ask();
        return (await db.drain.findUniqueOrThrow({ where: { id } })).reason?.includes(
          'inside of this platform',
        );
      },
      soon,
    );
    await desk.stop();
    expect(syslog).toBe(before);
  });
});
