import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, deployment, ended, hostOf, visit, visitJson } from '../support/berth.js';
import { brokenApp, probeApp, staticSite } from '../support/apps.js';
import { Repository } from '../support/repository.js';

const app = 'journey-push';
let repository: Repository;

beforeAll(async () => {
  repository = await Repository.create(app, probeApp('one'));
});
afterAll(async () => {
  await api('delete', `/v1/apps/${app}`);
  await repository.remove();
});

describe('git push', () => {
  it('creates the app on its first push, shows the build, and ends with release and URL', async () => {
    const { code, output } = await repository.push();
    expect(output).toContain('remote: -----> Node.js app detected');
    expect(output).toMatch(/remote: -----> Released v1/);
    expect(output).toContain(`http://${hostOf(app)} deployed to Berth`);
    expect(code).toBe(0);
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'one', app });
  });

  it('tells each step of docker run, in order and with its time', async () => {
    const view = await deployment(app, 1);
    const names = view.steps.map((step) => step.name);
    for (const name of [
      'receive',
      'plan',
      'build',
      'push',
      'release',
      'image',
      'create',
      'layer',
      'network',
      'start',
      'ready',
      'route',
    ]) {
      expect(names, name).toContain(name);
    }
    const done = view.steps.filter((step) => step.name !== 'drain');
    expect(done.every((step) => step.outcome === 'done' || step.outcome === 'skipped')).toBe(true);
    const order = ['image', 'create', 'start', 'ready', 'route'].map((name) =>
      view.steps.find((s) => s.name === name)!,
    );
    for (let i = 1; i < order.length; i++) {
      expect(Date.parse(order[i]!.startedAt)).toBeGreaterThanOrEqual(Date.parse(order[i - 1]!.startedAt));
    }
    const network = view.steps.find((step) => step.name === 'network')!;
    expect(JSON.stringify(network.detail)).toMatch(/\d+\.\d+\.\d+\.\d+/);
  });

  it('builds only the app layer anew after a source-only change', async () => {
    await repository.commit(probeApp('two'));
    const { code } = await repository.push();
    expect(code).toBe(0);
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'two' });
    const layers = (await deployment(app, 2)).build!.layers;
    const fresh = layers.filter((layer) => !layer.reused);
    expect(fresh.map((layer) => layer.part)).toEqual(['app']);
    expect(fresh[0]!.sizeBytes).toBeLessThan(100_000);
    expect(fresh[0]!.whyNot).toBeTruthy();
  });

  it('says that there is nothing to do when the same commit is pushed again', async () => {
    const { code, output } = await repository.push();
    expect(code).toBe(0);
    expect(output).toContain('Everything up-to-date');
    expect((await api('get', `/v1/apps/${app}/deployments`)).body.items).toHaveLength(2);
  });

  it('stores other branches and tags without deploying them', async () => {
    await repository.git('branch', 'feature');
    await repository.git('tag', 'v0');
    const { code, output } = await repository.push('feature', 'v0');
    expect(code).toBe(0);
    expect(output).toMatch(/not deployed/);
    expect((await api('get', `/v1/apps/${app}/deployments`)).body.items).toHaveLength(2);
  });

  it('fails plainly when the app cannot start, keeps the old release, and lets the same push be repeated', async () => {
    await repository.commit(brokenApp('exits'));
    const first = await repository.push();
    expect(first.code).not.toBe(0);
    expect(first.output).toContain('cannot find the flux capacitor');
    expect(first.output).toMatch(/exit(ed)?.*7/i);
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'two' });
    const again = await repository.push();
    expect(again.output).not.toContain('Everything up-to-date');
    expect(again.code).not.toBe(0);
  });

  it('fails plainly when the build fails, naming the step and its last lines', async () => {
    await repository.commit({ 'package.json': '{ "name": "x", "scripts": ' });
    const { code, output } = await repository.push();
    expect(code).not.toBe(0);
    expect(output).toContain('package.json');
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'two' });
  });

  it('takes force pushes', async () => {
    await repository.git('reset', '-q', '--hard', 'HEAD~2');
    await repository.commit(probeApp('three'));
    const { code } = await repository.push('--force', 'main');
    expect(code).toBe(0);
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'three' });
  });

  it('refuses to delete the deployed branch, in words', async () => {
    const { code, output } = await repository.push(':main');
    expect(code).not.toBe(0);
    expect(output).toMatch(/main/);
    expect((await visit(hostOf(app))).status).toBe(200);
  });

  it('gives the same code back to whoever clones', async () => {
    const output = await repository.git('ls-remote', 'berth');
    expect(output).toContain('refs/heads/main');
    expect(output).not.toContain('refs/berth/');
  });
});

describe('two pushes to one app at once', () => {
  it('end with the newest live and the older superseded, and say so', async () => {
    const name = 'journey-race';
    const a = await Repository.create(name, probeApp('base'));
    try {
      expect((await a.push()).code).toBe(0);
      await a.commit({
        ...probeApp('slow'),
        'package.json': JSON.stringify({ scripts: { start: 'node server.js', build: 'sleep 20' } }),
      });
      const slow = a.push();
      const view = async () =>
        (await api('get', `/v1/apps/${name}/deployments`)).body.items as { number: number; status: string }[];
      await expect
        .poll(async () => (await view()).find((d) => d.number === 2)?.status, { timeout: 20_000 })
        .toBe('building');
      // In the middle of its command: what has to end then is a real process.
      const log = async () => JSON.stringify((await api('get', `/v1/apps/${name}/deployments/2/log`)).body);
      await expect.poll(log, { timeout: 20_000 }).toContain('npm run build');
      await a.commit(probeApp('fast'));
      const fast = await a.push('--force', 'main');
      expect(fast.code, fast.output).toBe(0);
      const older = await slow;
      expect(older.output).toMatch(/superseded/i);
      expect((await ended(name, 2)).status).toBe('superseded');
      expect(await visitJson(hostOf(name))).toMatchObject({ version: 'fast' });
    } finally {
      await api('delete', `/v1/apps/${name}`);
      await a.remove();
    }
  });
});

describe('a static site', () => {
  it('is served after a push, with its types and a page of its own for what is missing', async () => {
    const name = 'journey-static';
    const site = await Repository.create(name, staticSite('hello, static'));
    try {
      const { code, output } = await site.push();
      expect(code, output).toBe(0);
      expect((await visit(hostOf(name))).body).toContain('hello, static');
      expect((await visit(hostOf(name), '/style.css')).headers['content-type']).toContain('text/css');
      expect((await visit(hostOf(name), '/none')).status).toBe(404);
    } finally {
      await api('delete', `/v1/apps/${name}`);
      await site.remove();
    }
  });
});
