import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, containers, hostOf, port, visit, visitJson } from '../support/berth.js';
import { probeApp } from '../support/apps.js';
import { putToSleep as bringToTier } from '../support/contract-app.js';
import { Repository } from '../support/repository.js';

const app = 'journey-sleep';
/** Takes longer to start than a browser is kept waiting. */
const mate = 'journey-sleep-mate';
const soon = { timeoutMs: 30_000 };
const repositories: Repository[] = [];
beforeAll(async () => {
  await Promise.all(
    [app, mate].map(async (name) => {
      const files = probeApp('s1');
      if (name === mate) files['server.js'] = `setTimeout(() => { ${files['server.js']} }, 2_500);`;
      const repository = await Repository.create(name, files);
      repositories.push(repository);
      const { code, output } = await repository.push();
      if (code !== 0) throw new Error(output);
    }),
  );
});
afterAll(async () => {
  for (const name of [app, mate]) await api('delete', `/v1/apps/${name}`);
  for (const repository of repositories) await repository.remove();
});

const view = async () => (await api('get', `/v1/apps/${app}`).expect(200)).body;
const instances = async () =>
  (await api('get', `/v1/apps/${app}/instances`)).body.items as { id: string; status: string }[];
const settings = (sleep: Record<string, unknown> | null) =>
  api('patch', `/v1/apps/${app}`).send({ sleep }).expect(200);
const states = async () => {
  const { id } = await view();
  // The release before rests frozen too, for a rollback: it is not this test's business.
  const own = new Set((await instances()).filter((one) => one.status !== 'draining').map((one) => one.id));
  return (await containers({ 'berth.app': id }))
    .filter((one) => own.has(one.Labels['berth.instance'] ?? ''))
    .map((one) => one.State);
};

/** Asks until the app is asleep and its instance stands still. */
async function putToSleep(): Promise<void> {
  await waitFor('it to sleep', async () => (await api('post', `/v1/apps/${app}/sleep`)).status === 200, soon);
  await waitFor(
    'it to be frozen',
    async () => (await instances()).some((one) => one.status === 'frozen'),
    soon,
  );
}

/** A WebSocket that has been accepted. */
async function openSocket(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET /socket HTTP/1.1\r\nHost: ${hostOf(app)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toContain('101 Switching Protocols');
  return socket;
}

describe('an app that nobody uses', () => {
  it('is frozen after its quiet time, uses no CPU, and goes on where it was for the next visitor', async () => {
    const before = await visitJson<{ instance: string }>(hostOf(app));
    await settings({ freezeAfterSeconds: 1, answerPaths: ['/robot'], answerAgents: ['UptimeRobot'] });
    await waitFor('it to be asleep', async () => (await view()).state === 'asleep', soon);
    await waitFor(
      'it to be frozen',
      async () => (await instances()).some((one) => one.status === 'frozen'),
      soon,
    );
    expect((await view()).sleep).toMatchObject({ tier: 'frozen', freezeAfterSeconds: 1 });
    const agent = { 'user-agent': 'Mozilla/5.0 (compatible; UptimeRobot/2.0)' };
    for (const robot of [
      await visit(hostOf(app), '/robot'),
      await visit(hostOf(app), '/', { headers: agent }),
    ])
      expect([robot.status, robot.headers['berth-start']]).toEqual([200, 'asleep']);
    const answer = await visit(hostOf(app));
    expect(answer.headers['berth-start']).toBe('frozen');
    expect(answer.headers['server-timing']).toContain('frozen start');
    expect(JSON.parse(answer.body)).toMatchObject({ instance: before.instance });
    await settings(null);
  });

  it('takes bodies, streams events and speaks WebSocket while it wakes', async () => {
    const body = randomBytes(4 << 20);
    await putToSleep();
    const uploaded = await visit(hostOf(app), '/upload', { method: 'POST', body });
    expect(JSON.parse(uploaded.body)).toEqual({
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
    await putToSleep();
    expect((await visit(hostOf(app), '/sse')).body.match(/^data: \d$/gm)).toHaveLength(5);
    await putToSleep();
    const socket = await openSocket();
    socket.write('ping!');
    expect(String(await once(socket, 'data'))).toContain('ping!');
    socket.destroy();
    await waitFor(
      'nothing to be open',
      async () => (await api('post', `/v1/apps/${app}/sleep`)).status === 200,
      soon,
    );
  });

  it('is woken by a team-mate that calls it by its name', async () => {
    await putToSleep();
    const called = await visitJson<{ status: number; body: string }>(
      hostOf(mate),
      `/fetch?ms=10000&url=${encodeURIComponent(`http://${app}.internal/`)}`,
    );
    expect(called.status).toBe(200);
    expect(JSON.parse(called.body)).toMatchObject({ app, version: 's1' });
  });

  it('shows a browser that waits long a page that tries again, if its owner wants that; all others are held', async () => {
    await api('patch', `/v1/apps/${mate}`)
      .send({ sleep: { waitingPage: true } })
      .expect(200);
    await bringToTier(
      mate,
      'stopped',
      async () => (await api('get', `/v1/apps/${mate}/instances`)).body.items,
    );
    const browser = { headers: { accept: 'text/html,*/*' } };
    const [page, held] = await Promise.all([visit(hostOf(mate), '/', browser), visit(hostOf(mate))]);
    expect([page.status, page.headers['berth-error'], page.headers['refresh']]).toEqual([
      503,
      'app_waking',
      '1',
    ]);
    expect([held.status, held.headers['berth-start']]).toEqual([200, 'cold']);
    expect((await visit(hostOf(mate), '/', browser)).status).toBe(200);
  });

  it('is stopped later, and started once for however many come together', async () => {
    await settings({ freezeAfterSeconds: 1, stopAfterSeconds: 2 });
    await waitFor('nothing of it to run', async () => (await states()).length === 0, soon);
    expect((await view()).sleep).toMatchObject({ tier: 'stopped' });
    await settings({ freezeAfterSeconds: 600, stopAfterSeconds: 600 });
    await api('post', `/v1/apps/${app}/sleep`);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 3 === 0
          ? visit(hostOf(app), '/upload', { method: 'POST', body: 'x'.repeat(1_000) })
          : visit(hostOf(app)),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await instances()).filter((one) => one.status === 'ready')).toHaveLength(1);
    await settings(null);
  });

  it('loses no request, however often it is put to sleep under them', async () => {
    const seen: number[] = [];
    const found = new Set<string>();
    let over = false;
    const visitors = Array.from({ length: 3 }, async (_, index) => {
      while (!over) {
        const post = { method: 'POST', body: 'x'.repeat(5_000) };
        const answer = await (index === 0
          ? visit(hostOf(app), '/upload', post)
          : visit(hostOf(app), '/slow?ms=20'));
        seen.push(answer.status);
        found.add(String(answer.headers['berth-start']));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 2_000));
      }
    });
    let asleep = 0;
    await waitFor(
      'eight sleeps under load',
      async () => {
        if ((await api('post', `/v1/apps/${app}/sleep`)).status === 200) asleep += 1;
        return asleep >= 8 && seen.length >= 8;
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    over = true;
    await Promise.all(visitors);
    expect(new Set(seen)).toEqual(new Set([200]));
    expect(found).toContain('frozen');
  });
});
