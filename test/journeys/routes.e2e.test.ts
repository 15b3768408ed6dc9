import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, containers, ended, hostOf, port, visit, visitJson } from '../support/berth.js';
import { probeApp } from '../support/apps.js';
import { Repository } from '../support/repository.js';

const app = 'journey-routes';
let repository: Repository;
beforeAll(async () => {
  repository = await Repository.create(app, probeApp('r1'));
  const { code, output } = await repository.push();
  if (code !== 0) throw new Error(output);
});
afterAll(async () => {
  await api('delete', `/v1/apps/${app}`);
  await repository.remove();
});

describe('the edge', () => {
  it('answers an unknown host with its own clear page for people and a problem document for programs', async () => {
    const page = await visit(hostOf('nobody-here'), '/', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(404);
    expect(page.headers['content-type']).toContain('text/html');
    const problem = await visit(hostOf('nobody-here'), '/', { headers: { accept: 'application/json' } });
    expect(problem.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(problem.body)).toMatchObject({ status: 404 });
  });

  it('says how to deploy when an app has no release', async () => {
    const { body: teams } = await api('get', '/v1/teams');
    await api('post', '/v1/apps').send({ name: 'journey-empty', team: teams.items[0].slug }).expect(201);
    await expect
      .poll(async () => (await visit(hostOf('journey-empty'))).status, { timeout: 10_000 })
      .toBe(503);
    expect((await visit(hostOf('journey-empty'), '/', { headers: { accept: 'text/html' } })).body).toMatch(
      /push|deploy/i,
    );
    await api('delete', '/v1/apps/journey-empty').expect(204);
    await expect
      .poll(async () => (await visit(hostOf('journey-empty'))).status, { timeout: 10_000 })
      .toBe(404);
  });

  it('sets forwarding headers itself and passes the rest unchanged', async () => {
    const seen = await visitJson<Record<string, string>>(hostOf(app), '/headers');
    expect(seen.host).toBe(hostOf(app));
    expect(seen['x-forwarded-host']).toBe(hostOf(app));
    expect(seen['x-forwarded-proto']).toBe('http');
    const forged = await visit(hostOf(app), '/headers', {
      headers: {
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil',
        forwarded: 'for=6.6.6.6',
        'x-custom': 'kept',
      },
    });
    const headers = JSON.parse(forged.body) as Record<string, string>;
    expect(JSON.stringify(headers)).not.toContain('6.6.6.6');
    expect(headers['x-forwarded-host']).toBe(hostOf(app));
    expect(headers['x-forwarded-proto']).toBe('http');
    expect(headers['x-custom']).toBe('kept');
  });

  it('streams large bodies in and server-sent events out', async () => {
    const body = randomBytes(24 << 20);
    const answer = await visit(hostOf(app), '/upload', { method: 'POST', body });
    expect(JSON.parse(answer.body)).toEqual({
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
    const events = await visit(hostOf(app), '/sse');
    expect(events.body.match(/^data: \d$/gm)).toHaveLength(5);
  });

  it('keeps WebSockets whole', async () => {
    const echoed = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let seen = '';
      socket.setTimeout(10_000, () => reject(new Error(`no echo, saw: ${seen}`)));
      socket.on('error', reject);
      socket.on('data', (chunk: Buffer) => {
        seen += chunk.toString('latin1');
        if (seen.includes('101 Switching') && !seen.includes('ping!')) socket.write('ping!');
        if (seen.includes('ping!')) {
          socket.destroy();
          resolve(seen);
        }
      });
      socket.write(
        `GET /socket HTTP/1.1\r\nHost: ${hostOf(app)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
    });
    expect(echoed).toContain('ping!');
  });

  it('gives each release a lasting host and each app its custom domains', async () => {
    expect(await visitJson(hostOf(`${app}--r1`))).toMatchObject({ version: 'r1' });
    await api('post', `/v1/apps/${app}/domains`).send({ name: 'shop.example.test' }).expect(201);
    await expect
      .poll(async () => (await visit(`shop.example.test:${port}`)).status, { timeout: 10_000 })
      .toBe(200);
    await api('delete', `/v1/apps/${app}/domains/shop.example.test`).expect(204);
    await expect
      .poll(async () => (await visit(`shop.example.test:${port}`)).status, { timeout: 10_000 })
      .toBe(404);
  });

  it('goes on with other instances when one crashes, and starts it again', async () => {
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 2 } })
      .expect(200);
    const instances = async () =>
      (
        (await api('get', `/v1/apps/${app}/instances`)).body.items as { status: string; restarts: number }[]
      ).filter((i) => i.status === 'ready');
    await expect.poll(async () => (await instances()).length, { timeout: 20_000 }).toBe(2);
    // A POST: a GET that dies on a kept connection is sent once more, and would end the other instance as well.
    await visit(hostOf(app), '/crash', { method: 'POST' }).catch(() => undefined);
    // What the dying process had taken may be lost with it; from then on the other one answers everybody.
    const twenty = async () => {
      const seen = [];
      for (let i = 0; i < 20; i++) seen.push((await visit(hostOf(app))).status);
      return new Set(seen);
    };
    await expect.poll(twenty, { timeout: 5_000 }).toEqual(new Set([200]));
    await expect.poll(async () => (await instances()).length, { timeout: 20_000 }).toBe(2);
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 1 } })
      .expect(200);
    await expect.poll(async () => (await instances()).length, { timeout: 20_000 }).toBe(1);
  });

  it('runs nothing of an app that is scaled to 0, says so, and brings it back', async () => {
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 0 } })
      .expect(200);
    await expect.poll(async () => (await visit(hostOf(app))).status, { timeout: 60_000 }).toBe(503);
    expect((await visit(hostOf(app))).body).toContain('scaled it to 0');
    const { body: view } = await api('get', `/v1/apps/${app}`).expect(200);
    await expect
      .poll(
        async () => (await containers({ 'berth.app': view.id })).filter((c) => c.State === 'running').length,
        {
          timeout: 60_000,
        },
      )
      .toBe(0);
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 1 } })
      .expect(200);
    await expect.poll(async () => (await visit(hostOf(app))).status, { timeout: 60_000 }).toBe(200);
  });

  it('collects what the app prints, line by line, with its stream', async () => {
    await visit(hostOf(app), '/say?text=needle-in-the-log');
    const found = async () =>
      (await api('get', `/v1/apps/${app}/logs?search=needle-in-the-log&tail=50`)).body.lines as {
        stream: string;
        text: string;
      }[];
    await expect.poll(async () => (await found()).length, { timeout: 10_000 }).toBe(2);
    expect((await found()).map((line) => line.stream).sort()).toEqual(['stderr', 'stdout']);
  });
});

describe('rollback', () => {
  it('serves the older release again, by REST, and loses no request meanwhile', async () => {
    await repository.commit(probeApp('r2'));
    expect((await repository.push()).code).toBe(0);
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'r2' });
    let stop = false;
    const seen: number[] = [];
    const load = (async () => {
      while (!stop) seen.push((await visit(hostOf(app))).status);
    })();
    const { body } = await api('post', `/v1/apps/${app}/releases/1/rollback`).expect(202);
    expect((await ended(app, body.number ?? body.deployment.number)).status).toBe('live');
    stop = true;
    await load;
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'r1' });
    expect(new Set(seen)).toEqual(new Set([200]));
  });
});

describe('config', () => {
  it('makes a release of its own, reaches the process, and is never shown in logs', async () => {
    const { body } = await api('patch', `/v1/apps/${app}/config`)
      .send({ vars: { SECRET_WORD: 'xyzzy-plugh' } })
      .expect(200);
    await ended(app, body.deployment.number);
    expect(await visitJson(hostOf(app), '/env')).toMatchObject({
      SECRET_WORD: 'xyzzy-plugh',
      BERTH_APP: app,
      BERTH_PROCESS: 'web',
    });
    const { body: log } = await api('get', `/v1/apps/${app}/deployments/${body.deployment.number}/log`);
    expect(JSON.stringify(log)).not.toContain('xyzzy-plugh');
    const { body: events } = await api('get', `/v1/events?app=${app}`);
    expect(JSON.stringify(events)).not.toContain('xyzzy-plugh');
  });
});
