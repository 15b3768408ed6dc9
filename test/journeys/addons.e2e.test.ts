import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeApp } from '../support/apps.js';
import { api, ended, hostOf, killPart, visit, visitJson } from '../support/berth.js';
import { dataApp } from '../support/data-app.js';
import { Repository } from '../support/repository.js';

/** `app` and the add-ons are one team's, `stranger` is another's. */
const app = 'addons-app';
const stranger = 'addons-stranger';
const postgres = 'addons-data';
const redis = 'addons-cache';
const repositories: Repository[] = [];

beforeAll(async () => {
  await api('post', '/v1/teams').send({ slug: 'addons-others', name: 'Others' }).expect(201);
  const { body: teams } = await api('get', '/v1/teams');
  const team = teams.items.find(({ slug }: { slug: string }) => slug !== 'addons-others').slug as string;
  const addOns = [
    { kind: 'postgres', name: postgres },
    { kind: 'redis', name: redis },
  ];
  for (const addOn of addOns)
    await api('post', '/v1/addons')
      .send({ ...addOn, team })
      .expect(201);
  await pushed(app, team, dataApp());
  await pushed(stranger, 'addons-others', probeApp());
  // The first of its kind on this host: its stack is made of Debian's packages meanwhile.
  for (const { name } of addOns)
    expect(await ended(name, 1, 600_000)).toMatchObject({ status: 'live', error: null });
}, 900_000);
afterAll(async () => {
  for (const name of [app, stranger, postgres, redis]) await api('delete', `/v1/apps/${name}`);
  await api('delete', '/v1/teams/addons-others');
  for (const repository of repositories) await repository.remove();
});

async function pushed(name: string, team: string, files: Record<string, string>): Promise<void> {
  await api('post', '/v1/apps').send({ name, team }).expect(201);
  const repository = await Repository.create(name, files);
  repositories.push(repository);
  const { code, output } = await repository.push();
  expect(code, output).toBe(0);
}

/** What the app gets of an add-on. */
async function asked(of: 'sql' | 'redis', what: string): Promise<unknown> {
  const { body } = await visit(hostOf(app), `/${of}`, { method: 'POST', body: what });
  return JSON.parse(body) as unknown;
}
/** A change of the app's add-ons, once it is live. */
async function changed(request: ReturnType<typeof api>): Promise<void> {
  const { body } = await request.expect(200);
  expect(await ended(app, body.deployment.number as number)).toMatchObject({ status: 'live' });
}
const both = () => Promise.all([asked('sql', 'SELECT said FROM notes'), asked('redis', 'GET said')]);
const kept = [['lasting'], ['$7', 'lasting']];

describe('an app and its add-ons', () => {
  it('reads and writes with the URLs that it got', async () => {
    for (const addOn of [postgres, redis])
      await changed(api('post', `/v1/apps/${app}/attachments`).send({ addOn }));
    const env = await visitJson<Record<string, string>>(hostOf(app), '/env');
    expect(env['DATABASE_URL']).toContain(`@${postgres}.direct.internal:5432/berth`);
    await asked('sql', "CREATE TABLE notes (said text); INSERT INTO notes VALUES ('lasting')");
    await asked('redis', 'SET said lasting');
    expect(await both()).toEqual(kept);
  }, 120_000);

  it('finds all that was written after they were restarted, and the runtime was killed', async () => {
    for (const name of [postgres, redis]) {
      const { body } = await api('post', `/v1/apps/${name}/restart`).expect(202);
      expect(await ended(name, body.deployment.number as number)).toMatchObject({ status: 'live' });
    }
    await killPart('runtime');
    // Names of instances are known for a second.
    await expect.poll(both, { timeout: 30_000, interval: 200 }).toEqual(kept);
  }, 180_000);

  it('are alone with each other: no visitor and no other team reaches an add-on', async () => {
    expect((await visit(hostOf(postgres))).status).toBe(404);
    const { body } = await api('get', `/v1/apps/${postgres}/instances`).expect(200);
    const { address } = body.items.find(({ status }: { status: string }) => status === 'ready');
    const told = (path: string) => visitJson(hostOf(stranger), path);
    expect(await told(`/resolve?name=${postgres}.direct.internal`)).toEqual({ error: 'ENOTFOUND' });
    expect(await told(`/dial?host=${address}&port=5432`)).not.toEqual({ result: 'connected' });
    const refused = await api('post', `/v1/apps/${stranger}/attachments`).send({ addOn: postgres });
    expect(refused.body).toMatchObject({ status: 409, code: 'addon_other_team' });
  });

  it('part: the URL goes, then the add-on and its data may', async () => {
    const refused = await api('delete', `/v1/addons/${postgres}`);
    expect(refused.body).toMatchObject({ status: 409, code: 'addon_attached', details: { apps: [app] } });
    await changed(api('delete', `/v1/apps/${app}/attachments/DATABASE_URL`));
    expect(await visitJson(hostOf(app), '/env')).not.toHaveProperty('DATABASE_URL');
    await api('delete', `/v1/addons/${postgres}`).expect(204);
    const { body } = await api('get', '/v1/addons').expect(200);
    expect(body.items.map(({ name }: { name: string }) => name)).not.toContain(postgres);
  }, 60_000);
});
