import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, engine, port, visit, visitJson } from '../support/berth.js';
import {
  app,
  appView,
  bring,
  contractApp,
  host,
  instances,
  logged,
  tiers,
  untilInFlight,
} from '../support/contract-app.js';

beforeAll(contractApp);
afterAll(async () => {
  await api('patch', `/v1/apps/${app}`).send({ autoscale: null, scale: { web: 1, worker: 0 } });
});

const soon = { timeoutMs: 60_000, everyMs: 50 };
const sleep = () => api('post', `/v1/apps/${app}/sleep`);

/** CPU time of a container since its start, as the Engine counts it. */
async function cpuOf(containerId: string): Promise<number> {
  const stats = JSON.parse(
    await engine('GET', `/containers/${containerId}/stats?stream=false&one-shot=true`),
  );
  return (stats as { cpu_stats: { cpu_usage: { total_usage: number } } }).cpu_stats.cpu_usage.total_usage;
}

describe('an app that is in use', () => {
  it('is not put to sleep: a request is in flight', async () => {
    await bring('running');
    // Longer than putting it to sleep waits for connections to become idle.
    const slow = visit(host, '/slow?ms=8000');
    await untilInFlight();
    expect((await sleep()).status).toBe(409);
    expect((await slow).status).toBe(200);
  });

  it.each(tiers)(
    'is not put to sleep: a WebSocket is open that found it %s, though nothing is said',
    async (tier) => {
      await bring(tier);
      const socket = connect(port, '127.0.0.1');
      const key = randomBytes(16).toString('base64');
      socket.write(
        `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
      await once(socket, 'data');
      const refused = await sleep();
      expect([refused.status, refused.body.code]).toEqual([409, 'app_in_use']);
      socket.destroy();
      await waitFor('it to fall asleep then', async () => (await sleep()).status === 200, soon);
    },
  );

  it('is not put to sleep: an instance is always to be there', async () => {
    await bring('running');
    await api('patch', `/v1/apps/${app}`)
      .send({ autoscale: { min: 1 } })
      .expect(200);
    await waitFor('it to be kept awake', async () => (await sleep()).status === 409, soon);
    expect(await appView()).toMatchObject({ state: 'live', sleep: { enabled: false } });
    await api('patch', `/v1/apps/${app}`).send({ autoscale: null }).expect(200);
    await waitFor('it to sleep again', async () => (await sleep()).status === 200, soon);
  });
});

describe('an app that wants to know of its sleep', () => {
  const hooks = () => visitJson<string[]>(host, '/hooks');

  it('is told before it is frozen and after it goes on, and sleeps also when it does not answer', async () => {
    await bring('running');
    const told = { beforeFreeze: '/before-freeze', afterWake: '/after-wake' };
    await api('patch', `/v1/apps/${app}`).send({ sleep: told }).expect(200);
    // Told of what was before, perhaps.
    await hooks();
    await bring('frozen');
    const seen = await hooks();
    await waitFor(
      'both',
      async () => {
        seen.push(...(seen.includes('POST after') ? [] : await hooks()));
        return seen.includes('POST after');
      },
      soon,
    );
    // Either may come twice: a freeze that somebody disturbs is tried again.
    expect([...new Set(seen)]).toEqual(['POST before', 'POST after']);
    await api('patch', `/v1/apps/${app}`)
      .send({ sleep: { beforeFreeze: '/never' } })
      .expect(200);
    await bring('frozen');
    await api('patch', `/v1/apps/${app}`)
      .send({ sleep: { beforeFreeze: null, afterWake: null } })
      .expect(200);
  });
});

describe('an app that is frozen', () => {
  it('uses no CPU; a process other than web goes on', async () => {
    await bring('running');
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { worker: 1 } })
      .expect(200);
    await waitFor(
      'the worker',
      async () => (await instances('worker')).some(({ status }) => status === 'ready'),
      soon,
    );
    await bring('running');
    const [web] = await instances();
    const awake = await cpuOf(web!.containerId);
    await waitFor('it to use CPU while it runs', async () => (await cpuOf(web!.containerId)) > awake, soon);
    await bring('frozen');
    const frozen = await cpuOf(web!.containerId);
    const lines = (await logged('stubborn: at work')).length;
    await waitFor(
      'the worker to work on',
      async () => (await logged('stubborn: at work')).length >= Math.min(lines + 5, 2_000),
      soon,
    );
    expect(await cpuOf(web!.containerId)).toBe(frozen);
    expect((await instances('worker')).map(({ status }) => status)).toEqual(['ready']);
    expect(await visitJson(host)).toMatchObject({ app, instance: web!.id });
  });
});
