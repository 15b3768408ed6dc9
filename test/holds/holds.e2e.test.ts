import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Redis } from 'ioredis';
import { waitFor } from '#libs/core/wait.js';
import {
  api,
  containers,
  ended,
  hostOf,
  killPart,
  setting,
  status,
  visit,
  visitJson,
  type DeploymentView,
} from '../support/berth.js';
import { probeApp, type Files } from '../support/apps.js';
import { steadyLoad } from '../support/load.js';
import { Repository } from '../support/repository.js';

/**
 * What always holds (docs/decisions.md lists the nine points), while parts are killed at each step of a deployment. Two apps:
 * the `subject` is deployed again and again; the `witness` only serves, and must not lose a request to any of it.
 */
const subject = 'holds-subject';
const witness = 'holds-witness';
let repository: Repository;
let witnessRepository: Repository;
let version = 0;

beforeAll(async () => {
  witnessRepository = await Repository.create(witness, probeApp('witness'));
  repository = await Repository.create(subject, slowApp());
  for (const r of [witnessRepository, repository]) {
    const { code, output } = await r.push();
    if (code !== 0) throw new Error(output);
  }
});
afterAll(async () => {
  for (const name of [subject, witness]) await api('delete', `/v1/apps/${name}`);
  await repository.remove();
  await witnessRepository.remove();
});

/** Takes a moment to build and a moment to listen, so that every step lasts long enough to be hit. */
function slowApp(): Files {
  version += 1;
  const files = probeApp(`v${version}`);
  return {
    ...files,
    'package.json': JSON.stringify({
      name: 'subject',
      scripts: { start: 'node server.js', build: 'sleep 1' },
    }),
    'server.js': files['server.js']!.replace('server.listen(', 'setTimeout(() => server.listen(').replace(
      /(listens on ' \+ process\.env\.PORT\)\));/,
      '$1, 700);',
    ),
  };
}

async function deploymentsOf(app: string): Promise<DeploymentView[]> {
  const { body } = await api('get', `/v1/apps/${app}/deployments?limit=100`).expect(200);
  return body.items as DeploymentView[];
}

/** Pushes a new version; returns its number as soon as it is accepted, while the push goes on. */
async function startPush(): Promise<{ number: number; push: Promise<unknown> }> {
  const before = Math.max(0, ...(await deploymentsOf(subject)).map((d) => d.number));
  await repository.commit(slowApp());
  const push = repository.push('--force', 'main');
  const number = await waitFor(
    'the deployment to be accepted',
    async () => (await deploymentsOf(subject)).find((d) => d.number > before)?.number,
    {
      timeoutMs: 20_000,
      everyMs: 10,
    },
  );
  return { number, push };
}

/** Waits until a step is there (or the deployment has ended: then the kill comes right after it). */
async function reach(number: number, step: string): Promise<void> {
  await waitFor(
    `step ${step}`,
    async () => {
      const { body } = await api('get', `/v1/apps/${subject}/deployments/${number}`);
      const view = body as DeploymentView;
      return view.steps?.some(({ name }) => name === step) || view.status === 'live';
    },
    { timeoutMs: 60_000, everyMs: 5 },
  );
}

/** One live release that answers with the newest version, each deployment at one end, no container that no row accounts for. */
async function invariants(number: number): Promise<void> {
  const end = await ended(subject, number, 90_000);
  expect(end.status, JSON.stringify(end.error)).toBe('live');
  await expect
    .poll(async () => (await visitJson<{ version: string }>(hostOf(subject))).version, { timeout: 10_000 })
    .toBe(`v${version}`);
  const unfinished = (await deploymentsOf(subject)).filter(
    (d) => !['live', 'failed', 'cancelled', 'superseded'].includes(d.status),
  );
  expect(unfinished).toEqual([]);
  const { body: app } = await api('get', `/v1/apps/${subject}`);
  expect(app.liveRelease.number).toBe(end.release?.number);
  await expect
    .poll(
      async () => {
        // The release before rests frozen for a while; its row accounts for it.
        const running = (await containers({ 'berth.app': app.id })).filter((c) => c.State !== 'paused');
        const { body } = await api('get', `/v1/apps/${subject}/instances`);
        const ready = (body.items as { id: string; status: string }[]).filter(
          (instance) => instance.status === 'ready',
        );
        return {
          containers: running.map((c) => c.Labels['berth.instance']).sort(),
          rows: ready.length,
          same: ready.every((i) => running.some((c) => c.Labels['berth.instance'] === i.id)),
        };
      },
      { timeout: 40_000, interval: 250 },
    )
    .toEqual({ containers: [expect.any(String)], rows: 1, same: true });
}

async function whileServing(work: () => Promise<void>): Promise<void> {
  const load = steadyLoad(hostOf(witness), witness);
  try {
    await work();
  } finally {
    const report = await load.stop();
    expect(report.lost).toEqual([]);
    expect(report.sent).toBeGreaterThan(20);
  }
}

describe('kill -9 of the builder', () => {
  it.each(['queue', 'plan', 'build', 'push', 'release'])(
    'at step %s: the deployment still goes live, once',
    async (step) => {
      await whileServing(async () => {
        const { number, push } = await startPush();
        await reach(number, step);
        await killPart('builder');
        await invariants(number);
        await push;
      });
    },
  );
});

describe('kill -9 of the runtime', () => {
  it.each(['image', 'create', 'start', 'ready', 'route', 'drain'])(
    'at step %s: the deployment still goes live, once',
    async (step) => {
      await whileServing(async () => {
        const { number, push } = await startPush();
        await reach(number, step);
        await killPart('runtime');
        await invariants(number);
        await push;
      });
    },
  );
});

describe('kill -9 of the api', () => {
  it.each(['build', 'ready'])(
    'at step %s: git push breaks off, the deployment goes live all the same',
    async (step) => {
      await whileServing(async () => {
        const { number, push } = await startPush();
        await reach(number, step);
        await killPart('api');
        await waitFor('the api', async () => (await api('get', '/v1/meta')).status === 200, {
          timeoutMs: 30_000,
        });
        await invariants(number);
        await push;
      });
    },
  );
});

describe('kill -9 of the supervisor', () => {
  it('is noticed: another one takes over what runs, and starts again what dies', async () => {
    await whileServing(async () => {
      const pids = async () =>
        Object.fromEntries((await status()).parts.map(({ name, pid }) => [name, pid] as const));
      const { supervisor: _, activator, ...before } = await pids();
      await killPart('supervisor');
      expect(await pids()).toMatchObject(before);
      // But for the one whose sockets the dead one kept.
      await waitFor('another activator', async () => (await pids()).activator !== activator, {
        timeoutMs: 30_000,
      });
      await killPart('builder');
    });
  });
});

describe('the parts that are not ours', () => {
  it.each(['redis', 'postgres', 'registry', 'docker'])(
    'kill -9 of %s during a build: nothing is lost, nothing is left over',
    async (part) => {
      await whileServing(async () => {
        const { number, push } = await startPush();
        await reach(number, 'build');
        await killPart(part);
        const end = await waitFor(
          'an end',
          async () => {
            const { status, body } = await api('get', `/v1/apps/${subject}/deployments/${number}`);
            return (
              status === 200 &&
              ['live', 'failed'].includes((body as DeploymentView).status) &&
              (body as DeploymentView)
            );
          },
          { timeoutMs: 90_000, everyMs: 200 },
        );
        // A dead Engine or registry may fail the build under way, with its reason; the next push must then succeed.
        if (end.status === 'failed') {
          expect(['docker', 'registry']).toContain(part);
          expect(end.error?.message).toBeTruthy();
          await push;
          const again = await startPush();
          await invariants(again.number);
          await again.push;
        } else {
          await invariants(number);
          await push;
        }
      });
    },
  );
});

describe('kill -9 of Traefik', () => {
  it('refuses visitors for a moment, and answers nobody 404 before it knows its routes again', async () => {
    const load = steadyLoad(hostOf(witness), witness, { everyMs: 5 });
    await killPart('traefik');
    await waitFor('visitors to be answered', async () => (await visit(hostOf(witness))).status === 200, {
      timeoutMs: 30_000,
    });
    const { lost } = await load.stop();
    expect(lost.filter((line) => !line.includes('ECONN') && !line.includes('socket hang up'))).toEqual([]);
  });
});

describe('an emptied Redis', () => {
  it('loses no deployment: what waits is in Postgres', async () => {
    const redis = new Redis(setting('REDIS_URL'), { maxRetriesPerRequest: 3 });
    let flushed = 0;
    const flushing = setInterval(() => {
      void redis.flushall().then(() => flushed++);
    }, 30);
    try {
      await whileServing(async () => {
        const { number, push } = await startPush();
        await invariants(number);
        await push;
      });
    } finally {
      clearInterval(flushing);
      await redis.quit();
    }
    expect(flushed).toBeGreaterThan(10);
  });
});

describe('a dead control plane', () => {
  it('is not a dead app: with api, builder, runtime, Postgres and Redis standing still, apps keep serving', async () => {
    const { parts } = await status();
    const names = ['api', 'builder', 'runtime', 'postgres', 'redis'];
    const pids = parts.filter((part) => names.includes(part.name)).map((part) => part.pid ?? 0);
    expect(pids.filter((pid) => pid > 0)).toHaveLength(names.length);
    const load = steadyLoad(hostOf(witness), witness);
    try {
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      await waitFor('a few hundred requests', () => load.sent() > 300, { timeoutMs: 60_000 });
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    const report = await load.stop();
    expect(report.lost).toEqual([]);
    await waitFor('the api', async () => (await api('get', '/v1/meta')).status === 200, {
      timeoutMs: 60_000,
    });
  });
});
