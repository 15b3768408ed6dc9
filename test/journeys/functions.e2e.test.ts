import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import {
  api,
  deployment,
  engine,
  hostOf,
  platformHost,
  setting,
  token,
  visitJson,
} from '../support/berth.js';
import { Person } from '../support/cli.js';

const made: string[] = [];
/** A name that no earlier run of a test had. */
function newName(): string {
  const name = `fn-${randomBytes(3).toString('hex')}`;
  made.push(name);
  return name;
}
const patience = { timeoutMs: 60_000, everyMs: 100 };

const greets = `import { readdirSync, statSync } from 'node:fs';
export default () => Response.json({
  app: process.env.BERTH_APP, greeting: process.env.GREETING ?? null, cwd: process.cwd(), uid: process.getuid(),
  files: readdirSync('/app').map((name) => [name, statSync('/app/' + name).uid, statSync('/app/' + name).mode]),
});`;
const greetsInPython = `import os
def handler(request): return {'app': os.environ['BERTH_APP'], 'greeting': os.environ.get('GREETING'), 'uid': os.getuid()}
`;

interface Inspected {
  Name: string;
  Config: { User: string; WorkingDir: string; Env: string[] };
  HostConfig: Record<string, unknown>;
  NetworkSettings: { Networks: Record<string, unknown> };
}

/** Containers that wait for a function, by id: nothing but their name says so. */
async function waiting(kind: 'node' | 'python'): Promise<string[]> {
  const filters = encodeURIComponent(
    JSON.stringify({ name: [`berth-${setting('BERTH_ID')}-warm-${kind}-`] }),
  );
  const rows = JSON.parse(await engine('GET', `/containers/json?filters=${filters}`)) as { Id: string }[];
  return rows.map((row) => row.Id);
}

async function containerOf(app: string): Promise<Inspected & { id: string }> {
  const { body } = await api('get', `/v1/apps/${app}/instances`).expect(200);
  const id = (body as { items: { containerId: string }[] }).items[0]?.containerId ?? '';
  return { ...(JSON.parse(await engine('GET', `/containers/${id}/json`)) as Inspected), id };
}

const steps = async (app: string): Promise<string[]> =>
  (await deployment(app, 1)).steps.map((step) => step.name);

let me: Person;

async function deploy(app: string, files: Record<string, string>): Promise<void> {
  const cwd = await me.folder(app, files);
  expect(await me.berth(['deploy', '--create', '--team', 'home', '--quiet'], { cwd })).toMatchObject({
    code: 0,
  });
}

/** An app of the same team with config, before anything was deployed to it. */
async function prepare(app: string): Promise<void> {
  await api('post', '/v1/apps').send({ name: app, team: 'home' }).expect(201);
  expect(await me.berth(['config', 'set', 'GREETING=hush', '--app', app])).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  me = await Person.create();
  const login = ['login', '--url', `http://${platformHost}`, '--token', '-'];
  expect(await me.berth(login, { input: token() })).toMatchObject({ code: 0 });
});
afterAll(async () => {
  for (const app of made) await api('delete', `/v1/apps/${app}`);
  await me.remove();
});

describe('the warm pool of functions', () => {
  it('gives a new function an instance that is what one of its own would be', async () => {
    const [cold, warm] = [newName(), newName()];
    await deploy(cold, { 'function.js': greets });
    const ready = await waitFor('an instance that waits', async () => (await waiting('node'))[0], patience);
    await prepare(warm);
    await deploy(warm, { 'function.js': greets });
    const [own, taken] = [await containerOf(cold), await containerOf(warm)];
    expect(taken.id).toBe(ready);
    expect(await steps(warm)).toEqual(expect.arrayContaining(['warm', 'ready', 'route']));
    expect(await steps(warm)).not.toContain('create');
    // The same limits, hardening, network and name servers.
    expect(taken.HostConfig).toEqual(own.HostConfig);
    expect(Object.keys(taken.NetworkSettings.Networks)).toEqual(Object.keys(own.NetworkSettings.Networks));
    expect([taken.Config.User, taken.Config.WorkingDir]).toEqual([own.Config.User, own.Config.WorkingDir]);
    expect(taken.Name).toContain(`-${warm}-r1-web-`);
    const [one, other] = [await visitJson(hostOf(cold)), await visitJson(hostOf(warm))];
    expect(other).toEqual({ ...one, app: warm, greeting: 'hush' });
    // A terminal in it knows the app's config as the function does.
    const said = await me.berth([
      'exec',
      'web',
      '--app',
      warm,
      '--',
      'sh',
      '-c',
      'echo $GREETING $BERTH_APP',
    ]);
    expect(said.stdout.trim()).toBe(`hush ${warm}`);
  });

  it('gives nobody what was given once, and starts a crashed one as one of its own', async () => {
    const warm = newName();
    await waitFor('an instance that waits', async () => (await waiting('node'))[0], patience);
    await prepare(warm);
    await deploy(warm, { 'function.js': greets });
    expect(await steps(warm)).toContain('warm');
    const taken = await containerOf(warm);
    const next = await waitFor('the next that waits', async () => (await waiting('node'))[0], patience);
    expect(next).not.toBe(taken.id);
    await engine('POST', `/containers/${taken.id}/kill`);
    const own = await waitFor(
      'another container',
      async () => {
        const now = await containerOf(warm).catch(() => null);
        return now !== null && now.id !== taken.id && now;
      },
      patience,
    );
    expect(own.Config.Env).toContain('GREETING=hush');
    expect(
      await waitFor('its answer', () => visitJson(hostOf(warm)).catch(() => null), patience),
    ).toMatchObject({
      app: warm,
      greeting: 'hush',
    });
    expect(await waiting('node')).toContain(next);
  });

  it('has one for each language', async () => {
    const [cold, python] = [newName(), newName()];
    await deploy(cold, { 'function.py': greetsInPython });
    const ready = await waitFor('an instance that waits', async () => (await waiting('python'))[0], patience);
    await prepare(python);
    // One file is enough, from the command line as from the page.
    const cwd = await me.folder(python, { 'hello.py': greetsInPython });
    const file = ['deploy', 'hello.py', '--app', python, '--quiet'];
    expect(await me.berth(file, { cwd })).toMatchObject({ code: 0 });
    expect((await containerOf(python)).id).toBe(ready);
    expect(await visitJson(hostOf(python))).toEqual({ app: python, greeting: 'hush', uid: 1000 });
  });
});
