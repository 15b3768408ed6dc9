import { createHash } from 'node:crypto';
import { waitFor } from '#libs/core/wait.js';
import { sleepTiers, type SleepTier } from '#libs/core/sleep.js';
import { api, hostOf, visit, visitJson } from './berth.js';
import { contractServer, stubbornWorker } from './contract-server.js';
import { Repository } from './repository.js';

/** The app that files of test/contract share, one after the other: deployed by the first of them. Each worker has its own. */
export const app = `contract-${process.env['VITEST_POOL_ID'] ?? 1}`;
export const host = hostOf(app);
export const tiers = sleepTiers;

/** Seconds between SIGTERM and SIGKILL. */
const graceSeconds = 2;
/** It sleeps when a test says so, not by itself. */
const onRequest = { enabled: true, freezeAfterSeconds: 3_600, stopAfterSeconds: 7_200 };
const soon = { timeoutMs: 60_000, everyMs: 50 };

/** Makes sure that the app is live, as every file expects it: one web instance, awake until told otherwise. */
export async function contractApp(): Promise<void> {
  const files = {
    'package.json': JSON.stringify({ name: 'contract', scripts: { start: 'node server.js' } }),
    'server.js': contractServer,
    'worker.js': stubbornWorker,
    'berth.toml': '[processes]\nworker = "node worker.js"\n',
  };
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  if ((await api('get', `/v1/apps/${app}`)).status === 404) {
    const { body: teams } = await api('get', '/v1/teams');
    await api('post', '/v1/apps').send({ name: app, team: teams.items[0].slug }).expect(201);
    await api('patch', `/v1/apps/${app}`).send({ graceSeconds }).expect(200);
  }
  await api('patch', `/v1/apps/${app}`)
    .send({ sleep: onRequest, scale: { web: 1, worker: 0 } })
    .expect(200);
  const there = await visit(host, '/version');
  if (there.status === 200 && there.body === version) return;
  const repository = await Repository.create(app, { ...files, 'version.txt': version });
  const { code, output } = await repository.push('--force', 'main');
  await repository.remove();
  if (code !== 0) throw new Error(output);
}

export interface ContractInstance {
  id: string;
  process: string;
  status: string;
  reason: string | null;
  release: number;
  containerId: string;
  port: number;
  restarts: number;
  exitCode: number | null;
  nextStartAt: string | null;
}

export const appView = async () => (await api('get', `/v1/apps/${app}`).expect(200)).body;

/** Instances of the live release (the release before rests for a while: it is nobody's business here). */
export async function instances(process = 'web', all = false): Promise<ContractInstance[]> {
  const { liveRelease } = await appView();
  const { body } = await api('get', `/v1/apps/${app}/instances${all ? '?all=1' : ''}`).expect(200);
  return (body.items as ContractInstance[]).filter(
    (one) => one.process === process && one.release === liveRelease?.number,
  );
}

/** Brings the app's web instances to a tier, and waits until they are in it. */
export async function bring(tier: SleepTier): Promise<void> {
  if (tier === 'running') {
    await visitJson(host);
    await waitFor('it to run', async () => (await appView()).state === 'live', soon);
    return;
  }
  await putToSleep(app, tier, instances);
}

/** Puts an app to sleep, down to a tier, and waits until its web instances are in it. */
export async function putToSleep(
  name: string,
  tier: Exclude<SleepTier, 'running'>,
  web: () => Promise<{ status: string }[]>,
): Promise<void> {
  await waitFor(
    `it to be put to sleep (${tier})`,
    async () => {
      const { status, text } = await api('post', `/v1/apps/${name}/sleep`).send({ tier });
      if (status === 200) return true;
      throw new Error(text);
    },
    soon,
  );
  await waitFor(
    `it to be ${tier}`,
    async () => {
      const statuses = (await web()).map(({ status }) => status);
      if (tier === 'stopped') return statuses.length === 0;
      return statuses.length > 0 && statuses.every((status) => status === 'frozen');
    },
    soon,
  );
}

/** Gives the app two web instances. */
export async function scaleToTwo(): Promise<ContractInstance[]> {
  await api('patch', `/v1/apps/${app}`)
    .send({ scale: { web: 2 } })
    .expect(200);
  await bring('running');
  return bothReady();
}

/** Waits until both of two web instances are ready. */
export function bothReady(): Promise<ContractInstance[]> {
  return waitFor(
    'two instances',
    async () => {
      const web = await instances();
      return web.length === 2 && web.every(({ status }) => status === 'ready') && web;
    },
    soon,
  );
}

/** Lines of the app's log that hold a text, oldest first. */
export async function logged(
  search: string,
): Promise<{ at: string; stream: string; text: string; instance: string; process: string }[]> {
  const { body } = await api(
    'get',
    `/v1/apps/${app}/logs?tail=2000&search=${encodeURIComponent(search)}`,
  ).expect(200);
  return body.lines;
}

/** Waits until the app has a request in hand beside the one that asks. */
export function untilInFlight(): Promise<unknown> {
  return waitFor(
    'a request to be in flight',
    async () => (await visitJson<{ inFlight: number }>(host, '/others')).inFlight > 0,
    soon,
  );
}
