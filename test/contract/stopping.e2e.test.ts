import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, ended, visit, visitJson } from '../support/berth.js';
import { steadyLoad } from '../support/load.js';
import {
  app,
  bring,
  contractApp,
  host,
  instances,
  logged,
  scaleToTwo,
  tiers,
  untilInFlight,
  type ContractInstance,
} from '../support/contract-app.js';

beforeAll(contractApp);
afterAll(() => api('patch', `/v1/apps/${app}`).send({ scale: { worker: 0 } }));

const soon = { timeoutMs: 60_000, everyMs: 100 };

async function current(process = 'web'): Promise<ContractInstance> {
  const [instance] = await instances(process);
  if (instance === undefined) throw new Error(`no ${process} instance`);
  return instance;
}
/** What one instance said when it was told to go. */
async function goodbye(instance: ContractInstance): Promise<string[]> {
  const lines = await waitFor(
    'its goodbye',
    async () => {
      const own = (await logged('')).filter((line) => line.instance === instance.id);
      return own.some(({ text }) => text === 'leaving') && own.map(({ text }) => text);
    },
    { timeoutMs: 90_000, everyMs: 200 },
  );
  return lines.slice(lines.findIndex((text) => text.startsWith('SIGTERM')));
}

describe.each(tiers)('an instance that is to go, of an app that was %s', (tier) => {
  it('answers what it has in flight while another takes its place; nobody loses a request', async () => {
    await bring(tier);
    const inFlight = visit(host, '/slow?ms=3000');
    await untilInFlight();
    const before = await current();
    const load = steadyLoad(host, app);
    const { body } = await api('post', `/v1/apps/${app}/restart`).expect(202);
    expect((await ended(app, body.deployment.number)).status).toBe('live');
    const answer = await inFlight;
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { instance: before.id }]);
    expect((await load.stop()).lost).toEqual([]);
    expect((await current()).id).not.toBe(before.id);
  });
});

describe('an instance that is to go', () => {
  it('gets no new request, and then hears SIGTERM', async () => {
    const both = await scaleToTwo();
    const load = steadyLoad(host, app);
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 1 } })
      .expect(200);
    await waitFor('one to be gone', async () => (await instances()).length === 1, soon);
    expect((await load.stop()).lost).toEqual([]);
    const left = await current();
    const gone = both.find(({ id }) => id !== left.id);
    expect(await goodbye(gone!)).toEqual(['SIGTERM with 0 in flight', 'leaving']);
  });

  it('is told by SIGTERM also when the app slept and is to have one less', async () => {
    const both = await scaleToTwo();
    await bring('frozen');
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 1 } })
      .expect(200);
    await waitFor('one to be gone', async () => (await instances()).length === 1, soon);
    const left = await current();
    const gone = both.find(({ id }) => id !== left.id);
    expect(await goodbye(gone!)).toEqual(['SIGTERM with 0 in flight', 'leaving']);
    expect(await visitJson(host)).toMatchObject({ instance: left.id });
  });

  it('is told by SIGTERM also when it was frozen, and when its time to be stopped has come', async () => {
    await bring('frozen');
    const frozen = await current();
    await bring('stopped');
    expect(await goodbye(frozen)).toEqual(['SIGTERM with 0 in flight', 'leaving']);
  });

  it('is killed after its grace period also when it was frozen', async () => {
    await visitJson(host, '/stay');
    await bring('frozen');
    const frozen = await current();
    await bring('stopped');
    const said = (await logged('')).filter(({ instance }) => instance === frozen.id).map(({ text }) => text);
    // It was left its grace, and went on in it.
    expect(said).toContain('stays');
    expect(said).not.toContain('leaving');
  });

  it('is killed when it has not gone after its grace period', async () => {
    await bring('running');
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { worker: 1 } })
      .expect(200);
    const worker = await waitFor(
      'the worker',
      async () => {
        const found = await current('worker').catch(() => null);
        return found?.status === 'ready' && found;
      },
      soon,
    );
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { worker: 0 } })
      .expect(200);
    await waitFor('it to be gone', async () => (await instances('worker')).length === 0, soon);
    const said = (await logged('stubborn')).filter((line) => line.instance === worker.id);
    const texts = said.map(({ text }) => text);
    const told = texts.indexOf('stubborn: SIGTERM');
    expect(told).toBeGreaterThanOrEqual(0);
    // It was left its grace: it went on for a while, though not for ever.
    expect(texts.length - told).toBeGreaterThan(5);
  });
});
