import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restartPart } from '#bench/restart.js';
import { waitFor } from '#libs/core/wait.js';
import { probeApp } from '../support/apps.js';
import { api, hostOf, platformHost, setting, visit, visitJson } from '../support/berth.js';
import { steadyLoad } from '../support/load.js';
import { Repository } from '../support/repository.js';

/** The short form of `npm run bench -- --rows=loss --long`. */
const busy = 'loss-busy';
const sleepy = 'loss-sleepy';
const soon = { timeoutMs: 60_000, everyMs: 50 };
const repositories = new Map<string, Repository>();

beforeAll(async () => {
  // Where the supervisor was killed since (holds.e2e.test.ts), the API's socket is kept from its next start on only.
  await restartPart(setting('BERTH_RUN_DIR'), 'api');
  for (const name of [busy, sleepy]) {
    const repository = await Repository.create(name, probeApp('0'));
    repositories.set(name, repository);
    const { code, output } = await repository.push();
    if (code !== 0) throw new Error(output);
  }
});
afterAll(async () => {
  for (const [name, repository] of repositories) {
    await api('delete', `/v1/apps/${name}`);
    await repository.remove();
  }
});

/** Visitors that come and go, so that the app can be put to sleep between them; a third of them POST. */
function visitors(app: string, count: number) {
  const report = { sent: 0, lost: [] as string[] };
  let over = false;
  const all = Array.from({ length: count }, async (_, index) => {
    while (!over) {
      report.sent += 1;
      const method = index % 3 === 0 ? 'POST' : 'GET';
      const outcome = await visit(hostOf(app), '/', { method, ...(method === 'POST' && { body: 'x' }) }).then(
        ({ status, body }) =>
          status === 200 && (JSON.parse(body) as { app: string }).app === app ? null : body,
        (error: Error) => error.message,
      );
      if (outcome !== null)
        report.lost.push(`${new Date().toISOString()} ${method}: ${outcome.slice(0, 120)}`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
    }
  });
  return {
    async stop() {
      over = true;
      await Promise.all(all);
      return report;
    },
  };
}

/** Calls of the platform's API, one after the other. */
function callers() {
  const answers: (number | string)[] = [];
  let over = false;
  const going = (async () => {
    while (!over)
      answers.push(
        await visit(platformHost, '/v1/meta').then(
          ({ status }) => status,
          (error: Error) => error.message,
        ),
      );
  })();
  return async () => {
    over = true;
    await going;
    return answers;
  };
}

/** Puts an app to sleep again and again, now this deep, now that. */
function sleeps(app: string) {
  let [asleep, over] = [0, false];
  const going = (async () => {
    while (!over) {
      const tier = asleep % 2 === 0 ? 'frozen' : 'stopped';
      // The api may be the very process that is restarted now.
      const status = await api('post', `/v1/apps/${app}/sleep`)
        .send({ tier })
        .then((answer) => answer.status)
        .catch(() => 0);
      if (status === 200) asleep += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    count: () => asleep,
    async stop() {
      over = true;
      await going;
    },
  };
}

describe('redeploys, sleep, wakes and a restart of each of Berth’s processes', () => {
  it('lose no request, to an app or to the API, and no app answers for another', async () => {
    const steady = steadyLoad(hostOf(busy), busy);
    const coming = visitors(sleepy, 3);
    const sleeping = sleeps(sleepy);
    const calls = callers();
    const push = async (version: string) => {
      const repository = repositories.get(busy)!;
      await repository.commit(probeApp(version));
      const { code, output } = await repository.push();
      expect(code, output).toBe(0);
    };
    try {
      for (const [index, name] of ['api', 'builder', 'runtime', 'activator'].entries()) {
        await restartPart(setting('BERTH_RUN_DIR'), name);
        if (index % 2 === 0) await push(String(index + 1));
      }
      await waitFor('some sleeps', () => sleeping.count() >= 4, soon);
    } finally {
      await sleeping.stop();
      const reports = { busy: await steady.stop(), sleepy: await coming.stop() };
      expect(new Set(await calls())).toEqual(new Set([200]));
      expect(reports).toMatchObject({ busy: { lost: [] }, sleepy: { lost: [] } });
      expect(reports.busy.sent).toBeGreaterThan(100);
      expect(reports.sleepy.sent).toBeGreaterThan(5);
    }
    expect((await visitJson<{ version: string }>(hostOf(busy))).version).toBe('3');
  }, 240_000);
});
