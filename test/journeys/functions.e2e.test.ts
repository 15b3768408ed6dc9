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
const teams: string[] = [];
/** A name that no earlier run of a test had. */
function newName(): string {
  const name = `fn-${randomBytes(3).toString('hex')}`;
  made.push(name);
  return name;
}
const patience = { timeoutMs: 60_000, everyMs: 100 };

/** Tells what it finds, and whom it reaches. */
const greets = `import { readdirSync, readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
const reaches = (url) => fetch(url, { signal: AbortSignal.timeout(1_000) }).then(() => true, () => false);
export default async (request) => Response.json({
  app: process.env.BERTH_APP, greeting: process.env.GREETING ?? null, cwd: process.cwd(), uid: process.getuid(),
  network: [readFileSync('/etc/resolv.conf', 'utf8'), readFileSync('/proc/net/route', 'utf8'), networkInterfaces().eth0[0].netmask],
  reached: await Promise.all(new URL(request.url).searchParams.getAll('reach').map(reaches)),
  files: readdirSync('/app').map((name) => [name, statSync('/app/' + name).uid, statSync('/app/' + name).mode]),
});`;
interface Inspected {
  Name: string;
  Config: { User: string; WorkingDir: string; Env: string[]; Labels: Record<string, string> };
  HostConfig: Record<string, unknown>;
}

/** Limits and hardening. */
const keptTo = ({ HostConfig }: Inspected) => HostConfig;

/** One that waits for a function and is as large as this; null while there is none. */
async function waitingLike(one: Inspected): Promise<string | null> {
  const filters = encodeURIComponent(JSON.stringify({ name: [`berth-${setting('BERTH_ID')}-warm-node-`] }));
  const rows = JSON.parse(await engine('GET', `/containers/json?filters=${filters}`)) as { Id: string }[];
  for (const { Id } of rows) {
    const view = await engine('GET', `/containers/${Id}/json`).catch(() => null);
    const wanted = JSON.stringify(keptTo(one));
    if (view !== null && JSON.stringify(keptTo(JSON.parse(view) as Inspected)) === wanted) return Id;
  }
  return null;
}

async function containerOf(app: string): Promise<Inspected & { id: string }> {
  const { body } = await api('get', `/v1/apps/${app}/instances`).expect(200);
  const id = (body as { items: { containerId: string }[] }).items[0]?.containerId ?? '';
  return { ...(JSON.parse(await engine('GET', `/containers/${id}/json`)) as Inspected), id };
}

const steps = async (app: string): Promise<string[]> =>
  (await deployment(app, 1)).steps.map((step) => step.name);

let me: Person;

async function deploy(app: string, files: Record<string, string>, team = 'home'): Promise<void> {
  const cwd = await me.folder(app, files);
  expect(await me.berth(['deploy', '--create', '--team', team, '--quiet'], { cwd })).toMatchObject({
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
  for (const team of teams) await api('delete', `/v1/teams/${team}`);
  await me.remove();
});

describe('the warm pool of functions', () => {
  it('gives a new function an instance that is what one of its own would be, once', async () => {
    const [cold, warm] = [newName(), newName()];
    await deploy(cold, { 'function.js': greets });
    const own = await containerOf(cold);
    const ready = await waitFor('an instance that waits', () => waitingLike(own), patience);
    await prepare(warm);
    // One file is enough, from the command line as from the page.
    const cwd = await me.folder(warm, { 'hello.js': greets });
    expect(await me.berth(['deploy', 'hello.js', '--app', warm, '--quiet'], { cwd })).toMatchObject({
      code: 0,
    });
    const taken = await containerOf(warm);
    expect(taken.id).toBe(ready);
    expect(await steps(warm)).toEqual(expect.arrayContaining(['warm', 'ready', 'route']));
    expect(await steps(warm)).not.toContain('create');
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

    const next = await waitFor('the next that waits', () => waitingLike(own), patience);
    expect(next).not.toBe(taken.id);
    // What ends is started again as one of its own, and not from what waits.
    await engine('POST', `/containers/${taken.id}/kill`);
    const again = await waitFor(
      'another container',
      async () => {
        // A visitor, in case that it has fallen asleep.
        await visitJson(hostOf(warm)).catch(() => null);
        const now = await containerOf(warm).catch(() => null);
        return now !== null && now.id !== taken.id && now;
      },
      patience,
    );
    expect(again.id).not.toBe(next);
    expect(keptTo(taken)).toEqual(keptTo(again));
    expect([taken.Config.User, taken.Config.WorkingDir]).toEqual([
      again.Config.User,
      again.Config.WorkingDir,
    ]);
    expect(again.Config.Env).toContain('GREETING=hush');
    expect(await waitFor('its answer', () => visitJson(hostOf(warm)).catch(() => null), patience)).toEqual(
      other,
    );
  });

  it('serves a team’s first function, which then is behind that team’s walls', async () => {
    const [mine, theirs] = made;
    const team = newName();
    teams.push(team);
    const first = newName();
    const own = await containerOf(theirs!);
    const ready = await waitFor('an instance that waits', () => waitingLike(own), patience);
    await api('post', '/v1/teams').send({ slug: team, name: team }).expect(201);
    await deploy(first, { 'function.js': greets }, team);
    expect((await containerOf(first)).id).toBe(ready);
    expect(await steps(first)).toContain('warm');
    const [{ address, port }] = (await api('get', `/v1/apps/${mine}/instances`)).body.items;
    const urls = [`http://${address}:${port}/`, `http://${mine}.internal/`, `http://${first}.internal/`];
    const asked = `/?${urls.map((url) => `reach=${encodeURIComponent(url)}`).join('&')}`;
    expect(await visitJson(hostOf(first), asked)).toMatchObject({
      app: first,
      reached: [false, false, true],
    });
    expect(await visitJson(hostOf(mine!), asked)).toMatchObject({ reached: [true, true, false] });
  });
});
