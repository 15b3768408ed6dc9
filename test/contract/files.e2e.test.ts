import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, ended, hostOf, visit, visitJson } from '../support/berth.js';
import { bring, contractApp, host, putToSleep } from '../support/contract-app.js';
import { contractServer } from '../support/contract-server.js';
import { Repository } from '../support/repository.js';

beforeAll(contractApp);

const write = (path: string, text: string, of = host) =>
  visitJson<{ written: boolean }>(of, `/write?path=${encodeURIComponent(path)}&text=${text}`);
const read = (path: string, of = host) =>
  visitJson<{ text?: string; error?: string }>(of, `/read?path=${encodeURIComponent(path)}`);

describe('what an app writes', () => {
  it.each(['/tmp/note', 'note'])(
    'to %s is there while its container is, frozen or not, and gone with it',
    async (path) => {
      const text = randomBytes(4).toString('hex');
      await bring('running');
      expect(await write(path, text)).toEqual({ written: true });
      await bring('frozen');
      expect(await read(path)).toEqual({ text });
      await bring('stopped');
      expect(await read(path)).toEqual({ error: 'ENOENT' });
    },
  );
});

describe('what an app writes to a volume', () => {
  const app = `kept-${process.env['VITEST_POOL_ID'] ?? 1}-${randomBytes(3).toString('hex')}`;
  const kept = hostOf(app);
  const text = randomBytes(4).toString('hex');
  let repository: Repository;
  const push = async (files: Record<string, string>) => {
    await repository.commit(files);
    const { code, output } = await repository.push('main');
    return { code, output };
  };
  const instances = async (): Promise<{ status: string }[]> =>
    (await api('get', `/v1/apps/${app}/instances`).expect(200)).body.items;

  beforeAll(async () => {
    const { body: teams } = await api('get', '/v1/teams');
    await api('post', '/v1/apps').send({ name: app, team: teams.items[0].slug }).expect(201);
    repository = await Repository.create(app, {
      'package.json': JSON.stringify({ name: 'kept', scripts: { start: 'node server.js' } }),
      'server.js': contractServer,
      'berth.toml': '[volumes]\ndata = "/app/data"\n[sleep]\nfreeze_after = "1h"\nstop_after = "2h"\n',
    });
    expect(await push({ 'version.txt': '1' })).toMatchObject({ code: 0 });
    expect(await write('data/note', text, kept)).toEqual({ written: true });
  });
  afterAll(async () => {
    await repository.remove();
    await api('delete', `/v1/apps/${app}`).expect(204);
  });

  it.each(['frozen', 'stopped'] as const)('is there after it was %s', async (tier) => {
    await putToSleep(app, tier, instances);
    expect(await read('data/note', kept)).toEqual({ text });
  });

  it('is there after a crash', async () => {
    await visit(kept, '/crash').catch(() => undefined);
    expect(await read('data/note', kept)).toEqual({ text });
  });

  it('is there in the next release, and visitors who come meanwhile wait', async () => {
    let over = false;
    const statuses: number[] = [];
    const visitors = (async () => {
      while (!over) statuses.push((await visit(kept, '/version')).status);
    })();
    const { code, output } = await push({ 'version.txt': '2' });
    over = true;
    await visitors;
    expect({ code, output, statuses: [...new Set(statuses)] }).toMatchObject({ code: 0, statuses: [200] });
    expect((await visit(kept, '/version')).body).toBe('2');
    expect(await read('data/note', kept)).toEqual({ text });
  });

  it('is there when a release that does not start has taken its place for a moment', async () => {
    const { body } = await api('patch', `/v1/apps/${app}/config`).send({ vars: { REFUSE: 'this time' } });
    expect(await ended(app, body.deployment.number)).toMatchObject({ status: 'failed' });
    expect(await read('data/note', kept)).toEqual({ text });
  });

  it('belongs to one instance at a time', async () => {
    const refused = await api('patch', `/v1/apps/${app}`).send({ scale: { web: 2 } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'volumes_not_shared' } });
    const { body } = await api('get', `/v1/apps/${app}/volumes`).expect(200);
    expect(body.items).toMatchObject([{ name: 'data', path: '/app/data' }]);
    expect(await api('delete', `/v1/apps/${app}/volumes/data`)).toMatchObject({
      status: 409,
      body: { code: 'volume_in_use' },
    });
  });
});
