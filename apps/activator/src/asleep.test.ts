import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WakeReply } from '#libs/contracts/runtime-api.js';
import { waitFor } from '#libs/core/wait.js';
import { ask, inState, Rig, serving } from '../test/rig.js';

const rig = new Rig();
afterEach(() => {
  vi.useRealTimers();
  return rig.end();
});

/** A runtime's socket that answers when the test says so, and counts who asked. */
async function runtimeAt(runDir: string, reply: () => WakeReply | Promise<WakeReply>) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      asked.push(`${request.method} ${request.url} ${body}`);
      response.end(JSON.stringify(await reply()));
    })();
  });
  const path = join(runDir, 'runtime.sock');
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  rig.onEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return asked;
}

async function asleep(limits = {}) {
  const { activator, settings } = await rig.activator(limits);
  activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'asleep') }));
  const app = await rig.app((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => (body += String(chunk)));
    incoming.on('end', () => response.end(`${incoming.method} ${body}`));
  });
  const frozen: WakeReply = { tier: 'frozen', instances: serving('a', app.port).instances };
  return { activator, settings, app, frozen };
}

describe('a request for an app that sleeps', () => {
  it('has it woken and goes to what can answer at once, before any table says so', async () => {
    const { activator, settings, frozen } = await asleep();
    const asked = await runtimeAt(settings.runDir, () => frozen);
    const answer = await ask(activator.port, { method: 'POST', body: 'hello' });
    expect([answer.status, answer.text, answer.headers['berth-start']]).toEqual([
      200,
      'POST hello',
      'frozen',
    ]);
    expect(answer.headers['server-timing']).toMatch(/^berth;desc="frozen start";dur=\d+\.\d$/);
    expect(asked).toEqual(['POST /wake {"appId":"id-a"}']);
    expect((await ask(activator.port)).headers['berth-start']).toBe('warm');
  });

  it('lets go on by itself what the table says it may, and the runtime, away or not, is told', async () => {
    const { activator, settings, app } = await asleep({ rewakeMs: 20 });
    const file = join(settings.runDir, 'freezer.state');
    await writeFile(file, 'FROZEN');
    const [instance] = serving('a', app.port).instances;
    const target = {
      ...inState('a', 'asleep'),
      frozen: [{ ...instance!, thaw: { file, text: 'THAWED' as const } }],
    };
    activator.edge.apply(rig.table({ 'a.apps.localhost': target }));
    expect((await ask(activator.port)).headers['berth-start']).toBe('frozen');
    expect(await readFile(file, 'utf8')).toBe('THAWED');
    const asked = await runtimeAt(settings.runDir, () => ({ tier: 'frozen', instances: [instance!] }));
    expect((await ask(activator.port)).headers['berth-start']).toBe('warm');
    // To be stopped, says the table now: what was let go on before counts no more, and the runtime is asked.
    activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'asleep') }));
    expect((await ask(activator.port)).headers['berth-start']).toBe('frozen');
    expect(asked).toEqual(['POST /wake {"appId":"id-a"}']);
  });

  it('asks the runtime where the container that it could let go on is gone', async () => {
    const { activator, settings, app, frozen } = await asleep();
    const [instance] = serving('a', app.port).instances;
    const thaw = { file: join(settings.runDir, 'gone', 'cgroup.freeze'), text: '0' as const };
    const target = { ...inState('a', 'asleep'), frozen: [{ ...instance!, thaw }] };
    activator.edge.apply(rig.table({ 'a.apps.localhost': target }));
    const asked = await runtimeAt(settings.runDir, () => frozen);
    expect((await ask(activator.port)).status).toBe(200);
    expect(asked).toHaveLength(1);
  });

  it('asks once, however many wait, and lets all of them in when the app has started', async () => {
    const { activator, settings, app } = await asleep();
    const asked = await runtimeAt(settings.runDir, () => ({ tier: 'stopped', instances: [] }));
    const held = Array.from({ length: 40 }, () => ask(activator.port));
    await waitFor('the wake', () => asked.length > 0, { timeoutMs: 2_000 });
    activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'starting') }));
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    const answers = await Promise.all(held);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(asked).toHaveLength(1);
  });

  it('is held while the runtime is away, and let in once it is back', async () => {
    const { activator, settings, frozen } = await asleep({ rewakeMs: 20 });
    const held = ask(activator.port);
    const asked = await runtimeAt(settings.runDir, () => frozen);
    expect((await held).status).toBe(200);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('is held for as long as ever when the host’s clock is set meanwhile', async () => {
    const { activator, settings, frozen } = await asleep({ rewakeMs: 20 });
    let reply: WakeReply = { tier: 'stopped', instances: [] };
    const asked = await runtimeAt(settings.runDir, () => reply);
    const held = ask(activator.port);
    await waitFor('the wake', () => asked.length > 0, { timeoutMs: 2_000 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const before = asked.length;
    await waitFor('its next rounds', () => asked.length > before + 1, { timeoutMs: 2_000 });
    reply = frozen;
    expect((await held).status).toBe(200);
  });

  it('is answered when its app is deleted meanwhile, instead of being held for nobody', async () => {
    const { activator, settings } = await asleep();
    const asked = await runtimeAt(settings.runDir, () => ({ tier: 'stopped', instances: [] }));
    const held = Array.from({ length: 20 }, () => ask(activator.port));
    await waitFor('all of them', () => activator.edge.stats().apps?.['id-a']?.now === 20, {
      timeoutMs: 2_000,
    });
    expect(asked).toHaveLength(1);
    activator.edge.apply(rig.table({}));
    const answers = await Promise.all(held);
    expect(new Set(answers.map(({ headers }) => headers['berth-error']))).toEqual(new Set(['unknown_host']));
    expect(activator.edge.stats().apps?.['id-a']?.now).toBe(0);
  });

  it('is told to come again when the app does not wake in time, or too many wait', async () => {
    const { activator } = await asleep({ holdMs: 300, rewakeMs: 20, heldPerApp: 2 });
    const answers = await Promise.all(Array.from({ length: 3 }, () => ask(activator.port)));
    expect(answers.map(({ status, headers }) => [status, headers['retry-after'] !== undefined])).toEqual(
      Array.from({ length: 3 }, () => [503, true]),
    );
    expect(answers.map(({ headers }) => headers['berth-error']).sort()).toEqual([
      'app_busy',
      'app_starting',
      'app_starting',
    ]);
  });

  it('is forgotten when its visitor leaves', async () => {
    const { activator } = await asleep({ rewakeMs: 20, heldPerApp: 1 });
    const leave = new AbortController();
    const left = ask(activator.port, { signal: leave.signal }).catch(() => 'left');
    await waitFor(
      'the place to be taken',
      async () => (await ask(activator.port)).headers['berth-error'] === 'app_busy',
      {
        timeoutMs: 2_000,
      },
    );
    leave.abort();
    expect(await left).toBe('left');
  });

  it('wakes only the release of the past that it is for, by its own host or from a page of that release', async () => {
    const { activator, settings, app } = await asleep();
    const past = { ...inState('a', 'asleep'), releaseNumber: 3, visit: true };
    const table = { 'a.apps.localhost': serving('a', app.port), 'a--r3.apps.localhost': past };
    activator.edge.apply(rig.table(table));
    const asked = await runtimeAt(settings.runDir, () => ({ tier: 'stopped', instances: [] }));
    const held = [
      ask(activator.port, { host: 'a--r3.apps.localhost' }),
      ask(activator.port, { headers: { 'Berth-Release': 'v3' } }),
      ask(activator.port, { headers: { Cookie: 'x=1; berth-release=3' } }),
    ];
    await waitFor('the wake', () => asked.length > 0, { timeoutMs: 2_000 });
    // Nobody's page: the live release answers, and nothing is woken.
    expect((await ask(activator.port, { headers: { 'Berth-Release': 'v4' } })).status).toBe(200);
    const woken = { ...serving('a', app.port), releaseNumber: 3, visit: true };
    activator.edge.apply(rig.table({ ...table, 'a--r3.apps.localhost': woken }));
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(asked)).toEqual(new Set(['POST /wake {"appId":"id-a","release":3}']));
    // The load that decides about instances is that of the app's own visitors.
    expect(activator.edge.stats().apps?.['id-a']?.now).toBe(0);
  });

  it('of an app whose visitors are split goes to its share among what was woken', async () => {
    const { activator, settings } = await asleep();
    const releases = await Promise.all(
      [1, 2].map(async (release) => {
        const { port } = await rig.app((_, response) => response.end(String(release)));
        return { instanceId: `i${release}`, address: '127.0.0.1', port, release };
      }),
    );
    const parts = [1, 2].map((release) => ({ release, weight: 50, key: `k${release}` }));
    const target = { ...inState('a', 'asleep'), releaseNumber: 1, split: { cookie: null, parts } };
    activator.edge.apply(
      rig.table({
        'a.apps.localhost': target,
        'a--r1.apps.localhost': { ...inState('a', 'asleep'), releaseNumber: 1 },
      }),
    );
    await runtimeAt(settings.runDir, () => ({ tier: 'frozen', instances: releases }));
    const seen: string[] = [];
    for (let visit = 0; visit < 4; visit += 1) seen.push((await ask(activator.port)).text);
    expect(seen.toSorted()).toEqual(['1', '1', '2', '2']);
    expect((await ask(activator.port, { host: 'a--r1.apps.localhost' })).text).toBe('1');
  });

  it('does not go by an old answer once the table knows better', async () => {
    const { activator, settings, app, frozen } = await asleep({ rewakeMs: 20, holdMs: 300 });
    let reply: WakeReply = frozen;
    const asked = await runtimeAt(settings.runDir, () => reply);
    expect((await ask(activator.port)).status).toBe(200);
    activator.edge.apply(rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'asleep') }));
    reply = { tier: 'stopped', instances: [] };
    const before = asked.length;
    expect((await ask(activator.port)).status).toBe(503);
    expect(asked.length).toBeGreaterThan(before);
  });

  it('of an uptime robot is answered without waking the app, by path or agent, if the owner said so', async () => {
    const { activator, settings, frozen } = await asleep();
    const asked = await runtimeAt(settings.runDir, () => frozen);
    const whileAsleep = { waitingPage: false, answerPaths: ['/healthz'], answerAgents: ['UptimeRobot'] };
    activator.edge.apply(rig.table({ 'a.apps.localhost': { ...inState('a', 'asleep'), whileAsleep } }));
    const robots = [
      { path: '/healthz?at=1' },
      { method: 'HEAD', path: '/', headers: { 'User-Agent': 'Mozilla/5.0+(compatible; uptimerobot/2.0)' } },
    ];
    for (const robot of robots) {
      const answer = await ask(activator.port, robot);
      expect([answer.status, answer.headers['berth-start']]).toEqual([200, 'asleep']);
    }
    expect(asked).toEqual([]);
    expect((await ask(activator.port, { method: 'POST', path: '/healthz', body: 'x' })).text).toBe('POST x');
    expect(asked).toHaveLength(1);
  });

  it('of a browser that has waited for 2 s gets a page that tries again, if the owner said so; a program goes on waiting', async () => {
    const { activator, settings, frozen } = await asleep({ rewakeMs: 50 });
    const whileAsleep = { waitingPage: true, answerPaths: [], answerAgents: [] };
    activator.edge.apply(rig.table({ 'a.apps.localhost': { ...inState('a', 'asleep'), whileAsleep } }));
    const program = ask(activator.port);
    const page = await ask(activator.port, { headers: { Accept: 'text/html' } });
    expect([page.status, page.headers['berth-error'], page.headers['refresh']]).toEqual([
      503,
      'app_waking',
      '1',
    ]);
    await runtimeAt(settings.runDir, () => frozen);
    expect((await program).status).toBe(200);
  });
});
