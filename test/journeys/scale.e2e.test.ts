import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, hostOf } from '../support/berth.js';
import { probeApp, type Files } from '../support/apps.js';
import { steadyLoad } from '../support/load.js';
import { Repository } from '../support/repository.js';

/** What each is to scale by, and no other measure is near what it asks for. */
const apps = {
  'journey-by-rate': '[scale]\nmax = 2\nrequests_per_second = 5\n',
  'journey-by-cpu': '[scale]\nmax = 2\ncpu_percent = 50\n[limits]\ncpus = 0.2\n',
};
const names = Object.keys(apps) as (keyof typeof apps)[];
/** More than its limit lets it. */
const burning = '\nsetInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 60);\n';
const repositories: Repository[] = [];

beforeAll(async () => {
  for (const name of names) {
    const files = { ...probeApp(), 'berth.toml': apps[name] } as Files;
    if (name === 'journey-by-cpu') files['server.js'] += burning;
    const repository = await Repository.create(name, files);
    repositories.push(repository);
    const { code, output } = await repository.push();
    if (code !== 0) throw new Error(output);
  }
});
afterAll(async () => {
  for (const name of names) await api('delete', `/v1/apps/${name}`);
  for (const repository of repositories) await repository.remove();
});

const ready = async (name: string) =>
  ((await api('get', `/v1/apps/${name}/instances`).expect(200)).body.items as { status: string }[]).filter(
    ({ status }) => status === 'ready',
  ).length;

describe('an app that says how much an instance is to take', () => {
  it.concurrent.each([
    ['requests a second', 'journey-by-rate', 40],
    ['processor time', 'journey-by-cpu', 500],
  ])('gets another one when it takes more, in %s, and loses no request', async (_, name, everyMs) => {
    expect(await ready(name)).toBe(1);
    const load = steadyLoad(hostOf(name), name, { everyMs });
    try {
      await waitFor('a second instance', async () => (await ready(name)) === 2, { timeoutMs: 90_000 });
    } finally {
      expect((await load.stop()).lost).toEqual([]);
    }
  });
});
