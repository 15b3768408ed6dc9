import { execFile } from 'node:child_process';
import { resolve4 } from 'node:dns/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { gatewayIn } from '#libs/core/subnet.js';
import { label } from '#libs/engine/port.js';
import { api, containers, engine, hostOf, killPart, status, visit, visitJson } from '../support/berth.js';
import { sleepTiers, type SleepTier } from '#libs/core/sleep.js';
import { probeApp } from '../support/apps.js';
import { putToSleep } from '../support/contract-app.js';
import { Repository } from '../support/repository.js';

/** Two teams; `ours` and `mate` share one, `theirs` is another's. */
const apps = { ours: 'iso-ours', mate: 'iso-mate', theirs: 'iso-theirs' };
const repositories: Repository[] = [];

beforeAll(async () => {
  const { body: teams } = await api('get', '/v1/teams');
  await api('post', '/v1/teams').send({ slug: 'iso-others', name: 'Others' }).expect(201);
  for (const [role, name] of Object.entries(apps)) {
    const team = role === 'theirs' ? 'iso-others' : (teams.items[0].slug as string);
    await api('post', '/v1/apps').send({ name, team }).expect(201);
    const repository = await Repository.create(name, probeApp(role));
    repositories.push(repository);
    const { code, output } = await repository.push();
    if (code !== 0) throw new Error(output);
  }
});
afterAll(async () => {
  await Promise.all(Object.values(apps).map((name) => api('delete', `/v1/apps/${name}`)));
  await api('delete', '/v1/teams/iso-others');
  for (const repository of repositories) await repository.remove();
});

async function instanceOf(name: string): Promise<{ address: string; id: string }> {
  const { body } = await api('get', `/v1/apps/${name}/instances`).expect(200);
  return body.items.find(({ status }: { status: string }) => status === 'ready' || status === 'frozen');
}
interface Called {
  status?: number;
  body?: string;
  error?: string;
}
/** What an app gets when it fetches a URL. By POST: after a GET the edge keeps its connection to the app, which cannot be put to sleep at once then. */
async function calls(app: string, url: string): Promise<Called> {
  const path = `/fetch?ms=20000&url=${encodeURIComponent(url)}`;
  const { body } = await visit(hostOf(app), path, { method: 'POST', timeoutMs: 30_000 });
  return JSON.parse(body) as Called;
}
/** A name that this machine's resolvers know, if they know any: behind a firewall perhaps only where packages come from. */
async function outsideName(): Promise<{ name: string; known: boolean }> {
  const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry']);
  const names = ['example.com', new URL(stdout.trim()).hostname];
  for (const name of names) {
    const addresses = await resolve4(name).catch(() => []);
    if (addresses.length > 0) return { name, known: true };
  }
  return { name: 'example.com', known: false };
}
async function scale(app: string, web: number): Promise<void> {
  await api('patch', `/v1/apps/${app}`).send({ scale: { web } }).expect(200);
}
/** How a connection from an app comes out. */
const dial = async (host: string, port: number, from = apps.ours) => {
  const { body } = await visit(hostOf(from), `/dial?host=${host}&port=${port}`, { method: 'POST' });
  return (JSON.parse(body) as { result: string }).result;
};
/** Ports of the platform's own parts, and some that a host may have. */
async function portsOfHost(): Promise<number[]> {
  const { parts } = (await status()) as unknown as { parts: { address?: string | null }[] };
  const ports = parts
    .map(({ address }) => Number(/:(\d+)$/.exec(address ?? '')?.[1]))
    .filter((value) => value > 0);
  expect(ports.length).toBeGreaterThan(3);
  return [...ports, 22, 2375, 10053];
}
/** Brings an app to a tier. */
async function bring(app: string, tier: SleepTier): Promise<void> {
  if (tier === 'running') return void (await visitJson(hostOf(app)));
  await putToSleep(
    app,
    tier,
    async () => (await api('get', `/v1/apps/${app}/instances`).expect(200)).body.items,
  );
}

describe('an app', () => {
  it.each(['', ':8080'])('reaches its team-mates by name, http://NAME.internal%s', async (port) => {
    const call = `http://${apps.mate}.internal${port}/headers`;
    const { status: code, body } = await calls(apps.ours, call);
    expect(code).toBe(200);
    const { address } = await instanceOf(apps.ours);
    expect(JSON.parse(body ?? '')).toMatchObject({
      host: `${apps.mate}.internal${port}`,
      'x-forwarded-for': address,
      'x-forwarded-proto': 'http',
    });
  });

  it('reaches an instance of a team-mate by name on any port, for what is not HTTP', async () => {
    expect(await dial(`${apps.mate}.direct.internal`, 8080)).toBe('connected');
    expect(await dial(`${apps.mate}.direct.internal`, 4321)).toBe('ECONNREFUSED');
  });

  it('finds no app of another team by name, and no name of its own there', async () => {
    expect(await calls(apps.theirs, `http://${apps.mate}.internal/`)).toEqual({ error: 'ENOTFOUND' });
    const { body } = await visit(hostOf(apps.theirs), `/dial?host=${await gatewayOf(apps.ours)}&port=80`);
    expect(JSON.parse(body)).not.toEqual({ result: 'connected' });
  });

  it('finds names of the outside where its host does', async () => {
    const { name, known } = await outsideName();
    const { body } = await visit(hostOf(apps.ours), `/resolve?name=${name}`);
    const found = JSON.parse(body) as { addresses?: string[] };
    if (known) expect(found.addresses).toEqual(expect.arrayContaining([expect.any(String)]));
    else expect(found.addresses).toBeUndefined();
  });

  it('is held, not refused, while the team-mate that it calls comes up', async () => {
    const call = `http://${apps.mate}.internal/`;
    await scale(apps.mate, 0);
    const stopped = (answer: Called) => answer.status === 503 && answer.body?.includes('app_stopped');
    await waitFor('the mate to be off', async () => stopped(await calls(apps.ours, call)), {
      timeoutMs: 30_000,
    });
    await scale(apps.mate, 1);
    // Until the runtime has taken the order the app is off, and says so; from then on calls wait for it.
    const answer = await waitFor(
      'an answer',
      async () => {
        const got = await calls(apps.ours, call);
        return !stopped(got) && got;
      },
      { timeoutMs: 30_000 },
    );
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('mate') });
  });

  it.each(['frozen', 'stopped'] as const)('wakes a team-mate that is %s by calling it', async (tier) => {
    const settings = {
      enabled: true,
      freezeAfterSeconds: 1,
      stopAfterSeconds: tier === 'stopped' ? 1 : 3_600,
    };
    await api('patch', `/v1/apps/${apps.mate}`).send({ sleep: settings }).expect(200);
    const asleep = async () =>
      (await api('get', `/v1/apps/${apps.mate}`).expect(200)).body.sleep.tier === tier;
    await waitFor(`the mate to be ${tier}`, asleep, { timeoutMs: 30_000 });
    const answer = await calls(apps.ours, `http://${apps.mate}.internal/`);
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('mate') });
    await api('patch', `/v1/apps/${apps.mate}`)
      .send({ sleep: { enabled: false } })
      .expect(200);
  });

  it('reaches its team-mates again after the activator was killed', async () => {
    await killPart('activator');
    const back = async () => (await calls(apps.ours, `http://${apps.mate}.internal/`)).status === 200;
    await waitFor('the name and the app behind it', back, { timeoutMs: 30_000 });
  });

  it('runs unprivileged, without capabilities, within its limits', async () => {
    expect((await visitJson<{ uid: number }>(hostOf(apps.ours), '/whoami')).uid).not.toBe(0);
    const { body: app } = await api('get', `/v1/apps/${apps.ours}`);
    const [container] = await containers({ 'berth.app': app.id });
    const { HostConfig: limits } = JSON.parse(await engine('GET', `/containers/${container!.Id}/json`)) as {
      HostConfig: Record<string, unknown>;
    };
    expect(limits).toMatchObject({
      Privileged: false,
      CapDrop: ['ALL'],
      PidsLimit: 256,
      Memory: 512 << 20,
      MemorySwap: 512 << 20,
    });
    expect(limits.SecurityOpt).toContain('no-new-privileges');
    expect(limits.Binds ?? []).toEqual([]);
  });
});

describe.each(sleepTiers)('an app that was %s', (tier) => {
  it('reaches its team-mates, and neither another team, the host, the platform’s own parts nor a metadata address', async () => {
    const [gateway, ports] = await Promise.all([gatewayOf(apps.ours), portsOfHost()]);
    const [mate, theirs] = [await instanceOf(apps.mate), await instanceOf(apps.theirs)];
    await bring(apps.ours, tier);
    const walled: [string, number][] = [
      ...ports.map((port): [string, number] => [gateway, port]),
      [theirs.address, 8080],
      ['169.254.169.254', 80],
    ];
    const [byName, byAddress, ...reached] = await Promise.all([
      calls(apps.ours, `http://${apps.mate}.internal/`),
      dial(mate.address, 8080),
      ...walled.map(async ([host, port]) => [host, port, await dial(host, port)]),
    ]);
    expect([byName.status, byAddress]).toEqual([200, 'connected']);
    expect(reached.filter(([, , result]) => result === 'connected')).toEqual([]);
  });
});

async function gatewayOf(name: string): Promise<string> {
  const { body: app } = await api('get', `/v1/apps/${name}`);
  const [container] = await containers({ 'berth.app': app.id });
  return gatewayIn(container!.Labels[label.subnet]!);
}
