import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { acceptDeployment } from './accept.js';
import { appMarks } from './app-marks.js';
import { transaction } from './db.js';
import { takeEpoch } from './hosts.js';
import { createRelease } from './releases.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

it('an app’s mark changes with each of the rows that a look reads, and with nothing else', async () => {
  const { hostId } = await takeEpoch(t.db, 'here');
  const [{ appId, teamId }, other] = [await makeApp(t.db), await makeApp(t.db)];
  const source = { kind: 'git', commit: 'a'.repeat(40) } as const;
  const { deployment } = await acceptDeployment(t.db, { appId, trigger: 'git', actor: tester, source });
  const content = { image: 'apps/x@sha256:1', buildId: null, processes: {}, port: 1, healthPath: null };
  const release = await transaction(t.db, (tx) =>
    createRelease(tx, t.sealer, { appId, content, description: 'Deploy', actor: tester }),
  );
  const instance = { appId, releaseId: release.id, hostId, process: 'web', status: 'ready' };
  const { id } = await t.db.instance.create({ data: instance });
  const split = { appId, generation: 1, releaseId: release.id, percent: 10 };
  const visited = { appId, releaseId: release.id, usedAt: new Date() };
  const changes: [string, () => Promise<unknown>][] = [
    ['the app', () => t.db.app.update({ where: { id: appId }, data: { webInstances: 2 } })],
    ['a deployment', () => t.db.deployment.update({ where: { id: deployment.id }, data: { attempt: 7 } })],
    [
      'a release',
      () => t.db.release.update({ where: { id: release.id }, data: { collectedAt: new Date() } }),
    ],
    ['an instance', () => t.db.instance.update({ where: { id }, data: { status: 'frozen' } })],
    ['an instance that is gone', () => t.db.instance.update({ where: { id }, data: { status: 'stopped' } })],
    ['a split', () => t.db.split.create({ data: split })],
    ['the end of a split', () => t.db.split.delete({ where: { appId } })],
    ['a visited release', () => t.db.visitedRelease.create({ data: visited })],
    ['one that is over', () => t.db.visitedRelease.deleteMany({ where: { appId } })],
    ['a domain', () => t.db.domain.create({ data: { appId, name: 'shop.example.org' } })],
    ['a domain that is gone', () => t.db.domain.deleteMany({ where: { appId } })],
  ];
  let before = await appMarks(t.db, hostId);
  for (const [what, change] of changes) {
    await change();
    const after = await appMarks(t.db, hostId);
    expect(after.get(appId), what).not.toBe(before.get(appId));
    expect(after.get(other.appId), what).toBe(before.get(other.appId));
    before = after;
  }
  await t.db.team.update({ where: { id: teamId }, data: { name: 'Renamed' } });
  expect(await appMarks(t.db, hostId)).toEqual(before);
  await t.db.app.update({ where: { id: appId }, data: { deletedAt: new Date() } });
  expect([...(await appMarks(t.db, hostId)).keys()]).toEqual([other.appId]);
});
