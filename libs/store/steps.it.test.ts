import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { acceptDeployment } from './accept.js';
import { cancelDeployment } from './deployments.js';
import { endStep, startStep, stepsOf } from './steps.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

async function deploymentId(): Promise<string> {
  const { appId } = await makeApp(t.db);
  const source = { kind: 'git', commit: 'a'.repeat(40) } as const;
  return (await acceptDeployment(t.db, { appId, trigger: 'git', actor: tester, source })).deployment.id;
}

describe('the timeline', () => {
  it('notes a step once, however often it begins, and what it ended with', async () => {
    const id = await deploymentId();
    const key = { deploymentId: id, attempt: 1, name: 'build' } as const;
    await startStep(t.db, key, new Date(1000));
    await startStep(t.db, key, new Date(2000));
    const running = (await stepsOf(t.db, id)).filter((step) => step.name === 'build');
    expect(running).toMatchObject([{ outcome: 'running', startedAt: new Date(2000), endedAt: null }]);
    await endStep(t.db, key, {
      startedAt: new Date(2000),
      endedAt: new Date(3000),
      outcome: 'done',
      detail: { files: 1 },
    });
    expect((await stepsOf(t.db, id)).find((step) => step.name === 'build')).toMatchObject({
      outcome: 'done',
      detail: { files: 1 },
    });
  });

  it('leaves no step running once the deployment has ended, whoever comes late', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await deploymentId();
      const late = () => startStep(t.db, { deploymentId: id, attempt: 1, name: 'ready' }, new Date());
      await Promise.all([cancelDeployment(t.db, id, tester), late(), late()]);
      await late();
      const steps = await stepsOf(t.db, id);
      expect(steps.filter((step) => step.outcome === 'running')).toEqual([]);
    }
  });
});
