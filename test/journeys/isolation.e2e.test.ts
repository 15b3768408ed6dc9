import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, containers, engine, hostOf, status, visitJson } from '../support/berth.js';
import { probeApp } from '../support/apps.js';
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
  for (const name of Object.values(apps)) await api('delete', `/v1/apps/${name}`);
  await api('delete', '/v1/teams/iso-others');
  for (const repository of repositories) await repository.remove();
});

async function instanceOf(name: string): Promise<{ address: string; id: string }> {
  const { body } = await api('get', `/v1/apps/${name}/instances`).expect(200);
  return body.items.find((instance: { status: string }) => instance.status === 'ready');
}
const dial = async (host: string, port: number) =>
  (await visitJson<{ result: string }>(hostOf(apps.ours), `/dial?host=${host}&port=${port}`)).result;

describe('an app', () => {
  it('reaches its team-mates by name', async () => {
    const { status: code, body } = await visitJson<{ status: number; body: string }>(
      hostOf(apps.ours),
      `/fetch?url=http://${apps.mate}.internal:8080/`,
    );
    expect(code).toBe(200);
    expect(body).toContain('mate');
  });

  it('does not reach another team, by address', async () => {
    const { address } = await instanceOf(apps.theirs);
    expect(await dial(address, 8080)).not.toBe('connected');
    const { address: mate } = await instanceOf(apps.mate);
    expect(await dial(mate, 8080)).toBe('connected');
  });

  it('does not reach the host, the platform’s own parts or a metadata address', async () => {
    const { address } = await instanceOf(apps.ours);
    const gateway = await gatewayOf(apps.ours);
    expect(gateway).not.toBe(address);
    const { parts } = (await status()) as unknown as { parts: { name: string; address?: string | null }[] };
    const ports = parts
      .map((part) => Number(/:(\d+)$/.exec(part.address ?? '')?.[1]))
      .filter((value) => value > 0);
    expect(ports.length).toBeGreaterThan(3);
    for (const port of [...ports, 22, 2375])
      expect(await dial(gateway, port), `port ${port}`).not.toBe('connected');
    expect(await dial('169.254.169.254', 80)).not.toBe('connected');
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

async function gatewayOf(name: string): Promise<string> {
  const { body: app } = await api('get', `/v1/apps/${name}`);
  const [container] = await containers({ 'berth.app': app.id });
  const inspected = JSON.parse(await engine('GET', `/containers/${container!.Id}/json`)) as {
    NetworkSettings: { Networks: Record<string, { Gateway: string }> };
  };
  return Object.values(inspected.NetworkSettings.Networks)[0]!.Gateway;
}
