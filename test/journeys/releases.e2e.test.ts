import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, ended, hostOf, visit, type DeploymentView } from '../support/berth.js';
import { steadyLoad } from '../support/load.js';
import { Repository } from '../support/repository.js';

const app = 'journey-releases';
const soon = { timeoutMs: 60_000 };

/** Says which release it is; fails every request, or is slow, when its config says so. */
const files = {
  'package.json': JSON.stringify({ name: 'probe', scripts: { start: 'node server.js' } }),
  'server.js': `
const { BERTH_APP: app, BERTH_RELEASE: release, STEP, PLACE, BAD, SLOW, PORT } = process.env;
const server = require('node:http').createServer((req, res) => {
  req.resume();
  res.writeHead(BAD ? 500 : 200, { 'content-type': 'application/json' });
  setTimeout(() => res.end(JSON.stringify({ app, release, step: STEP, place: PLACE })), Number(SLOW ?? 0));
});
server.listen(PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`,
};

let repository: Repository;
beforeAll(async () => {
  repository = await Repository.create(app, files);
  const { code, output } = await repository.push();
  if (code !== 0) throw new Error(output);
  await release({ STEP: '2' });
});
afterAll(async () => {
  await api('delete', `/v1/apps/${app}`);
  await repository.remove();
});

/** A change of config makes a release of the same image. */
async function deploy(variables: Record<string, string | null>): Promise<number> {
  const { body } = await api('patch', `/v1/apps/${app}/config`).send({ vars: variables }).expect(200);
  return (body as { deployment: { number: number } }).deployment.number;
}
async function release(variables: Record<string, string | null>): Promise<DeploymentView> {
  const view = await ended(app, await deploy(variables));
  expect(view.error).toBeNull();
  return view;
}
const lasting = (number: number) => hostOf(`${app}--r${number}`);
const live = async () => (await api('get', `/v1/apps/${app}`)).body.liveRelease.number as number;
const releaseAt = async (host: string, headers: Record<string, string> = {}) => {
  const answer = await visit(host, '/', { headers });
  return answer.status === 200 ? Number(JSON.parse(answer.body).release) : answer.status;
};
/** Releases that answer `count` requests of different visitors. */
const releasesOf = (count: number) =>
  Promise.all(Array.from({ length: count }, () => releaseAt(hostOf(app))));

describe('a release of the past', () => {
  it('is started by a visitor of its lasting URL, sleeps again, and changes nothing for the app', async () => {
    await api('patch', `/v1/apps/${app}`)
      .send({ sleep: { freezeAfterSeconds: 2 } })
      .expect(200);
    expect(await releaseAt(lasting(1))).toBe(1);
    expect(await releaseAt(hostOf(app))).toBe(2);
    const { body } = await api('get', `/v1/apps/${app}/releases/1`);
    await waitFor(
      'it to rest',
      async () => {
        const { items } = (await api('get', `/v1/apps/${app}/instances`)).body;
        return (items as { release: number; status: string }[]).every(
          (one) => one.release !== 1 || one.status !== 'ready',
        );
      },
      soon,
    );
    expect(await releaseAt(new URL(body.url).host)).toBe(1);
    await api('patch', `/v1/apps/${app}`).send({ sleep: null }).expect(200);
  });

  it('answers the pages that it made, by header or cookie, on its own app alone', async () => {
    expect(await releaseAt(hostOf(app), { 'Berth-Release': 'v1' })).toBe(1);
    expect(await releaseAt(hostOf(app), { cookie: 'a=b; berth-release=v1' })).toBe(1);
    expect(await releaseAt(hostOf(app), { 'Berth-Release': 'v99' })).toBe(2);
    expect(await releaseAt(lasting(2), { 'Berth-Release': 'v1' })).toBe(2);
  });
});

describe('a split', () => {
  it('shares visitors out exactly, keeps them if asked to, and loses none when it begins, changes and ends', async () => {
    const load = steadyLoad(hostOf(app), app);
    const set = (split: object) => api('put', `/v1/apps/${app}/split`).send(split).expect(200);
    const { body } = await set({ release: 1, percent: 25, sticky: true });
    expect(body.shares).toEqual([
      { release: 2, percent: 75, live: true },
      { release: 1, percent: 25, live: false },
    ]);
    await waitFor('both to answer', async () => new Set(await releasesOf(8)).size === 2, soon);

    const first = await visit(hostOf(app));
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    expect(cookie).toMatch(/^berth-split=[0-9a-f]{16}$/);
    const kept = Number(JSON.parse(first.body).release);
    const again = await Promise.all(Array.from({ length: 8 }, () => releaseAt(hostOf(app), { cookie })));
    expect(new Set(again)).toEqual(new Set([kept]));

    // The load's visitors and these take turns: of all together a quarter gets v1.
    await set({ release: 1, percent: 50 });
    await waitFor(
      'half and half',
      async () => {
        const seen = await releasesOf(40);
        return Math.abs(seen.filter((number) => number === 1).length - 20) <= 6;
      },
      soon,
    );

    const promotion = await api('post', `/v1/apps/${app}/releases/1/promote`).expect(202);
    expect((await ended(app, promotion.body.deployment.number)).status).toBe('live');
    expect(new Set(await releasesOf(10))).toEqual(new Set([1]));
    expect((await api('get', `/v1/apps/${app}/split`)).body.shares).toHaveLength(1);
    const { sent, lost } = await load.stop();
    expect(lost).toEqual([]);
    expect(sent).toBeGreaterThan(0);
  });
});

describe('progressive delivery', () => {
  it('gives a release that fails a small share, takes it back by itself, and says why', async () => {
    await api('patch', `/v1/apps/${app}`)
      .send({ rollout: { enabled: true, stepSeconds: 5 } })
      .expect(200);
    const before = await live();
    const number = await deploy({ BAD: '1' });
    const failed = new Set<number>();
    const view = await waitFor(
      'the end of the rollout',
      async () => {
        for (const status of await releasesOf(20)) failed.add(status);
        const { body } = await api('get', `/v1/apps/${app}/deployments/${number}`);
        return (body as DeploymentView).status === 'failed' && (body as DeploymentView);
      },
      soon,
    );
    expect(failed).toEqual(new Set([before, 500]));
    expect(view.error).toMatchObject({ code: 'rollout_errors', step: 'rollout' });
    expect(await live()).toBe(before);
    await waitFor('only the old one', async () => !(await releasesOf(20)).includes(500), soon);
    expect((await releasesOf(20)).includes(500)).toBe(false);
  });

  it('takes back one that is slow', async () => {
    const before = await live();
    const number = await deploy({ BAD: null, SLOW: '1500' });
    const view = await waitFor(
      'the end of the rollout',
      async () => {
        await releasesOf(100);
        const { body } = await api('get', `/v1/apps/${app}/deployments/${number}`);
        return (body as DeploymentView).status === 'failed' && (body as DeploymentView);
      },
      soon,
    );
    expect(view.error).toMatchObject({ code: 'rollout_slow', step: 'rollout' });
    expect(await live()).toBe(before);
  });

  it('lets its owner promote a release on trial before its time', async () => {
    const number = await deploy({ SLOW: null });
    const trial = await waitFor(
      'the trial',
      async () => {
        const { shares, deployment } = (await api('get', `/v1/apps/${app}/split`)).body;
        return deployment === number && shares[1].release;
      },
      soon,
    );
    const { body } = await api('post', `/v1/apps/${app}/releases/${trial}/promote`).expect(202);
    expect(body.deployment.number).toBe(number);
    expect((await ended(app, number)).status).toBe('live');
    expect(await live()).toBe(trial);
  });
});

describe('a preview', () => {
  it('is made by the push of another branch, with the config of previews alone, and goes with its branch', async () => {
    await api('patch', `/v1/apps/${app}`)
      .send({ previews: { enabled: true } })
      .expect(200);
    await api('patch', `/v1/apps/${app}/previews/config`)
      .send({ vars: { PLACE: 'preview' } })
      .expect(200);
    await repository.git('checkout', '-q', '-b', 'feature/blue');
    await repository.commit({ 'note.txt': 'blue' });
    const pushed = await repository.push('HEAD:refs/heads/feature/blue');
    expect(pushed).toMatchObject({ code: 0 });
    const { items } = (await api('get', `/v1/apps/${app}/previews`).expect(200)).body;
    expect(items).toMatchObject([{ preview: { of: app, branch: 'feature/blue' }, state: 'live' }]);
    const { name, url } = items[0] as { name: string; url: string };
    expect(pushed.output).toContain(url);
    const answer = await visit(hostOf(name));
    expect(JSON.parse(answer.body)).toEqual({ app: name, release: '1', place: 'preview' });
    expect(await live()).toBe(await releaseAt(hostOf(app)));

    const gone = await repository.push('--delete', 'feature/blue');
    expect(gone.output).toContain(name);
    expect((await api('get', `/v1/apps/${app}/previews`)).body.items).toEqual([]);
    await api('get', `/v1/apps/${name}`).expect(404);
  });
});
