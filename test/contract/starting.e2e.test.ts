import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { steadyLoad } from '../support/load.js';
import { api, containers, ended, hostOf, visit, visitJson } from '../support/berth.js';
import { brokenApp, probeApp } from '../support/apps.js';
import { app, appView, bring, contractApp, host, instances, tiers } from '../support/contract-app.js';
import { Repository } from '../support/repository.js';

const cases = [
  { kind: 'exits', code: 'exited', says: /7/, lines: 'flux capacitor' },
  { kind: 'wrong-port', code: 'wrong_port', says: /4321/, lines: null },
  { kind: 'loopback', code: 'loopback_only', says: /0\.0\.0\.0|all interfaces/, lines: null },
  { kind: 'out-of-memory', code: 'out_of_memory', says: /memory/i, lines: null },
  { kind: 'no-command', code: 'no_start_command', says: /start command/i, lines: null },
  { kind: 'never-listens', code: 'start_timeout', says: /PORT|listen/i, lines: null },
] as const;

describe('an app that does not start', () => {
  const names = cases.map(({ kind }) => `fails-${kind}`);
  afterAll(async () => {
    for (const name of names) await api('delete', `/v1/apps/${name}`);
  });

  it.each(cases)(
    '$kind: the deployment fails as $code, says what to do, and leaves no container',
    async ({ kind, code, says, lines }) => {
      const name = `fails-${kind}`;
      const { body: team } = await api('get', '/v1/teams');
      await api('post', '/v1/apps').send({ name, team: team.items[0].slug }).expect(201);
      await api('patch', `/v1/apps/${name}`).send({ startTimeoutSeconds: 5 }).expect(200);
      const repository = await Repository.create(name, brokenApp(kind));
      try {
        const push = await repository.push();
        expect(push.code).not.toBe(0);
        const { status, error } = await ended(name, 1);
        expect(status).toBe('failed');
        expect(error?.code).toBe(code);
        expect(`${error?.message} ${error?.hint}`).toMatch(says);
        if (lines) expect(error?.lines.join('\n')).toContain(lines);
        // The person who pushed reads the same reason.
        expect(push.output).toContain(error!.message.slice(0, 40));
        const answer = await visit(hostOf(name));
        expect(answer.status).toBe(503);
        const { body: app } = await api('get', `/v1/apps/${name}`).expect(200);
        await expect
          .poll(async () => (await containers({ 'berth.app': app.id })).length, { timeout: 15_000 })
          .toBe(0);
      } finally {
        await repository.remove();
      }
    },
  );
});

describe('a release that does not start', () => {
  const name = 'starts-then-fails';
  afterAll(() => api('delete', `/v1/apps/${name}`));

  it('leaves the one before it at work, without a lost request', async () => {
    const repository = await Repository.create(name, probeApp('good'));
    try {
      const first = await repository.push();
      expect(first.code, first.output).toBe(0);
      const load = steadyLoad(hostOf(name), name);
      await repository.commit(brokenApp('exits'));
      expect((await repository.push()).code).not.toBe(0);
      expect((await load.stop()).lost).toEqual([]);
      expect(JSON.parse((await visit(hostOf(name))).body)).toMatchObject({ version: 'good' });
      const { body: app } = await api('get', `/v1/apps/${name}`).expect(200);
      expect(app).toMatchObject({ state: 'live', liveRelease: { number: 1 } });
    } finally {
      await repository.remove();
    }
  });
});

describe('an app whose next release does not start', () => {
  const configure = (refuse: string | null) =>
    api('patch', `/v1/apps/${app}/config`)
      .send({ vars: { REFUSE: refuse } })
      .expect(200);
  beforeAll(contractApp);
  afterAll(async () => {
    const { body } = await configure(null);
    await ended(app, body.deployment.number);
  });

  it.each(tiers)('and that was %s answers as before, with what it was', async (tier) => {
    await bring(tier);
    const [was] = await instances();
    const { liveRelease } = await appView();
    const { body } = await configure(tier);
    const { status, error } = await ended(app, body.deployment.number);
    expect([status, error?.code]).toEqual(['failed', 'exited']);
    expect(error?.lines.join('\n')).toContain(`refuses: ${tier}`);
    const answer = await visitJson(host);
    expect(answer).toMatchObject({ app, release: String(liveRelease.number) });
    if (tier !== 'stopped') expect(answer).toMatchObject({ instance: was?.id });
  });
});
