import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { acceptDeployment } from './accept.js';
import { changeConfig, deployCopy } from './config-vars.js';
import { transaction } from './db.js';
import {
  cancelDeployment,
  claimBuild,
  failDeployment,
  moveDeployment,
  releaseLease,
  renewLease,
} from './deployments.js';
import { buildsInOrder } from './build-queue.js';
import { confirmLive, goLive } from './go-live.js';
import { createRelease, openReleaseConfig } from './releases.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

const push = (appId: string) =>
  acceptDeployment(t.db, {
    appId,
    trigger: 'git',
    actor: tester,
    source: { kind: 'git', commit: 'a'.repeat(40) },
  });
const claim = (id: string, worker = 'w1', leaseMs = 60_000) =>
  claimBuild(t.db, { id, worker, leaseMs, actor: tester });
const content = {
  image: 'apps/x@sha256:1',
  buildId: null,
  processes: { web: [] },
  port: 8080,
  healthPath: null,
};
const error = { code: 'build_failed', step: 'build', message: 'It broke.', hint: null, lines: [] };

/** What a builder does at its end: release and `starting` in one transaction. */
async function finishBuild(id: string, appId: string, holder: { worker: string; attempt: number }) {
  return transaction(t.db, async (tx) => {
    const release = await createRelease(tx, t.sealer, {
      appId,
      content,
      description: 'Deploy',
      actor: tester,
    });
    const moved = await moveDeployment(tx, {
      id,
      to: 'starting',
      actor: tester,
      holder,
      set: { releaseId: release.id },
    });
    if (!moved) throw new Error('stale');
    return release;
  });
}

async function host() {
  return t.db.host.create({ data: { name: `h${Math.random()}`, epoch: 1 } });
}

async function deployLive(appId: string) {
  const { deployment } = await push(appId);
  const held = await claim(deployment.id);
  const release = await finishBuild(deployment.id, appId, { worker: 'w1', attempt: held!.attempt });
  const app = await t.db.app.findUniqueOrThrow({ where: { id: appId } });
  const { id: hostId } = await host();
  await goLive(t.db, {
    deploymentId: deployment.id,
    appGeneration: app.generation,
    hostId,
    epoch: 1,
    actor: tester,
  });
  await confirmLive(t.db, deployment.id, tester);
  return release;
}

describe('accepting deployments', () => {
  it('gives numbers without gaps and lets exactly the newest of concurrent pushes stay', async () => {
    const { appId } = await makeApp(t.db);
    const accepted = await Promise.all(Array.from({ length: 8 }, () => push(appId)));
    expect(accepted.map((a) => a.deployment.number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const rows = await t.db.deployment.findMany({ where: { appId }, orderBy: { number: 'asc' } });
    expect(rows.map((row) => row.status)).toEqual([...Array<string>(7).fill('superseded'), 'queued']);
    expect(rows.slice(0, 7).every((row) => row.supersededBy !== null && row.endedAt !== null)).toBe(true);
  });

  it('writes the job in the same transaction, with ids only', async () => {
    const { appId } = await makeApp(t.db);
    const { deployment } = await push(appId);
    const rows = await t.db.outbox.findMany({ where: { queue: 'build' } });
    expect(rows.map((row) => row.payload)).toContainEqual({ deploymentId: deployment.id });
  });

  it('refuses a deleted app and writes nothing', async () => {
    const { appId } = await makeApp(t.db);
    await t.db.app.update({ where: { id: appId }, data: { deletedAt: new Date() } });
    await expect(push(appId)).rejects.toMatchObject({ code: 'app_not_found' });
    expect(await t.db.source.count({ where: { appId } })).toBe(0);
  });
});

describe('holding a build', () => {
  it('gives a queued deployment to exactly one of many workers', async () => {
    const { appId } = await makeApp(t.db);
    const { deployment } = await push(appId);
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((worker) => claim(deployment.id, worker)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('lets another worker take over after the lease, and fences off the first', async () => {
    const { appId } = await makeApp(t.db);
    const { deployment } = await push(appId);
    const first = await claim(deployment.id, 'a', -1);
    expect(await buildsInOrder(t.db)).toContain(deployment.id);
    const second = await claim(deployment.id, 'b');
    expect(second?.attempt).toBe(first!.attempt + 1);
    expect(await renewLease(t.db, deployment.id, { worker: 'a', attempt: first!.attempt }, 1000)).toBe(false);
    await expect(finishBuild(deployment.id, appId, { worker: 'a', attempt: first!.attempt })).rejects.toThrow(
      'stale',
    );
    expect(await t.db.release.count({ where: { appId } })).toBe(0);
    await finishBuild(deployment.id, appId, { worker: 'b', attempt: second!.attempt });
  });

  it('hands a claim back so that another may take it at once', async () => {
    const { appId } = await makeApp(t.db);
    const { deployment } = await push(appId);
    const held = await claim(deployment.id, 'a');
    await releaseLease(t.db, deployment.id, { worker: 'a', attempt: held!.attempt });
    expect(await claim(deployment.id, 'b')).not.toBeNull();
  });

  it('tells the holder at its next heartbeat that the deployment was cancelled', async () => {
    const { appId } = await makeApp(t.db);
    const { deployment } = await push(appId);
    const held = await claim(deployment.id, 'a');
    await cancelDeployment(t.db, deployment.id, tester);
    expect(await renewLease(t.db, deployment.id, { worker: 'a', attempt: held!.attempt }, 1000)).toBe(false);
    await expect(cancelDeployment(t.db, deployment.id, tester)).rejects.toMatchObject({
      code: 'deployment_ended',
    });
  });
});

describe('going live', () => {
  it('refuses a stale generation, a stale epoch and a superseded deployment, and changes nothing then', async () => {
    const { appId } = await makeApp(t.db);
    const { deployment } = await push(appId);
    const held = await claim(deployment.id);
    await finishBuild(deployment.id, appId, { worker: 'w1', attempt: held!.attempt });
    const { id: hostId } = await host();
    const go = (appGeneration: number, epoch: number) =>
      goLive(t.db, { deploymentId: deployment.id, appGeneration, hostId, epoch, actor: tester });
    expect(await go(7, 1)).toBeNull();
    expect(await go(0, 0)).toBeNull();
    await push(appId);
    expect(await go(0, 1)).toBeNull();
    const app = await t.db.app.findUniqueOrThrow({ where: { id: appId } });
    expect(app).toMatchObject({ liveReleaseId: null, generation: 0 });
  });

  it('ends as live exactly once', async () => {
    const { appId } = await makeApp(t.db);
    const release = await deployLive(appId);
    const app = await t.db.app.findUniqueOrThrow({ where: { id: appId } });
    expect(app.liveReleaseId).toBe(release.id);
    const ended = await t.db.deployment.findFirstOrThrow({ where: { appId } });
    expect(ended.status).toBe('live');
    expect(await confirmLive(t.db, ended.id, tester)).toBeNull();
    expect(await failDeployment(t.db, { id: ended.id, error, actor: tester })).toBe(false);
  });

  it('reaches exactly one end, whatever order of calls workers and users make', async () => {
    const call = fc.constantFrom('claim', 'fail', 'cancel', 'push', 'finish', 'go', 'confirm');
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 10 }), async (calls) => {
        const { appId } = await makeApp(t.db);
        const { deployment } = await push(appId);
        const { id: hostId } = await host();
        const ends: string[] = [];
        let attempt = 0;
        for (const name of calls) {
          if (name === 'claim') attempt = (await claim(deployment.id))?.attempt ?? attempt;
          if (name === 'fail') await failDeployment(t.db, { id: deployment.id, error, actor: tester });
          if (name === 'cancel') await cancelDeployment(t.db, deployment.id, tester).catch(() => undefined);
          if (name === 'push') await push(appId);
          if (name === 'finish')
            await finishBuild(deployment.id, appId, { worker: 'w1', attempt }).catch(() => undefined);
          if (name === 'go') {
            const { generation } = await t.db.app.findUniqueOrThrow({ where: { id: appId } });
            await goLive(t.db, {
              deploymentId: deployment.id,
              appGeneration: generation,
              hostId,
              epoch: 1,
              actor: tester,
            });
          }
          if (name === 'confirm') await confirmLive(t.db, deployment.id, tester);
          const now = await t.db.deployment.findUniqueOrThrow({ where: { id: deployment.id } });
          if (now.endedAt !== null) ends.push(now.status);
        }
        expect(new Set(ends).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 25 },
    );
  });
});

describe('changing config', () => {
  it('is kept for the first deploy, then makes one release per change, with names but no values in its description', async () => {
    const { appId } = await makeApp(t.db);
    expect(await changeConfig(t.db, appId, { GREETING: 'hush' }, tester)).toEqual({ applied: 'next-deploy' });
    const first = await deployLive(appId);
    expect(openReleaseConfig(t.sealer, first)).toEqual({ GREETING: 'hush' });
    const outcome = await changeConfig(t.db, appId, { GREETING: 'louder', OTHER: '1' }, tester);
    expect(outcome.applied).toBe('deployment');
    const second = await t.db.release.findFirstOrThrow({ where: { appId, number: 2 } });
    expect(second.description).toBe('Set GREETING, OTHER');
    expect(second.image).toBe(first.image);
    expect(openReleaseConfig(t.sealer, second)).toEqual({ GREETING: 'louder', OTHER: '1' });
    expect(openReleaseConfig(t.sealer, first)).toEqual({ GREETING: 'hush' });
    expect(await changeConfig(t.db, appId, { GREETING: 'louder' }, tester)).toEqual({ applied: 'unchanged' });
  });

  it('travels with a build under way, and is applied by itself when that build fails', async () => {
    const { appId } = await makeApp(t.db);
    await deployLive(appId);
    const { deployment } = await push(appId);
    const held = await claim(deployment.id);
    expect(await changeConfig(t.db, appId, { A: '1' }, tester)).toEqual({
      applied: 'with',
      deploymentNumber: deployment.number,
    });
    await failDeployment(t.db, {
      id: deployment.id,
      error,
      actor: tester,
      holder: { worker: 'w1', attempt: held!.attempt },
    });
    const applied = await t.db.deployment.findFirstOrThrow({
      where: { appId },
      orderBy: { number: 'desc' },
      include: { release: true },
    });
    expect(applied.trigger).toBe('config');
    expect(openReleaseConfig(t.sealer, applied.release!)).toEqual({ A: '1' });
  });

  it('wins over what the app’s own files say, which every later release of that build keeps', async () => {
    const { appId } = await makeApp(t.db);
    const manifest = {
      env: { LEVEL: 'info', PLACE: 'file' },
      startTimeoutSeconds: 90,
      sleep: { freezeAfterSeconds: 30 },
      scale: {},
      limits: { memoryMb: 256, cpus: 0.5 },
    };
    await changeConfig(t.db, appId, { PLACE: 'config' }, tester);
    const base = await transaction(t.db, (tx) =>
      createRelease(tx, t.sealer, {
        appId,
        content: { ...content, manifest },
        description: 'Deploy',
        actor: tester,
      }),
    );
    expect(openReleaseConfig(t.sealer, base)).toEqual({ LEVEL: 'info', PLACE: 'config' });
    expect(base).toMatchObject({ startTimeoutSeconds: 90, manifest, configKeys: ['LEVEL', 'PLACE'] });
    expect(base).toMatchObject({ memoryMb: 256, cpus: 0.5, pids: 256 });

    await t.db.app.update({ where: { id: appId }, data: { startTimeoutSeconds: 120, memoryMb: 1024 } });
    const { releaseId } = await transaction(t.db, (tx) => deployCopy(tx, base, 'again', tester));
    const copy = await t.db.release.findUniqueOrThrow({ where: { id: releaseId ?? '' } });
    expect(copy).toMatchObject({ startTimeoutSeconds: 120, memoryMb: 1024, cpus: 0.5, manifest });
    expect(openReleaseConfig(t.sealer, copy)).toEqual({ LEVEL: 'info', PLACE: 'config' });
  });

  it('does not try a failed config deployment for ever', async () => {
    const { appId } = await makeApp(t.db);
    await deployLive(appId);
    await changeConfig(t.db, appId, { BAD: '1' }, tester);
    const bad = await t.db.deployment.findFirstOrThrow({ where: { appId, trigger: 'config' } });
    await failDeployment(t.db, { id: bad.id, error, actor: tester });
    expect(await t.db.deployment.count({ where: { appId, status: 'starting' } })).toBe(0);
  });
});
