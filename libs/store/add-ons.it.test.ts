import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../test/support/database.js';
import { acceptDeployment } from './accept.js';
import { attach, attachmentsOf, createAddOn, detach } from './add-ons.js';
import { listApps } from './app-queries.js';
import { changeSettings } from './app-settings.js';
import { deleteApp } from './apps.js';
import { changeConfig, configVarsOf } from './config-vars.js';
import { transaction } from './db.js';
import { ensurePreview } from './previews.js';
import { createRelease, openReleaseConfig } from './releases.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

let made = 0;
const create = async (teamId: string, kind: 'postgres' | 'redis' = 'postgres') => {
  const name = `data-${(made += 1)}`;
  const { app, deployment } = await createAddOn(t.db, t.sealer, { kind, name, teamId, actor: tester });
  return { id: app.id, name, deployment };
};
const attached = (appId: string, addOnId: string, variable?: string) =>
  attach(t.db, t.sealer, { appId, addOnId, variable, actor: tester });
const varsOf = (appId: string) => configVarsOf(t.db, t.sealer, appId);
const set = (appId: string, vars: Record<string, string | null>) => changeConfig(t.db, appId, vars, tester);
const appRow = (id: string) => t.db.app.findUniqueOrThrow({ where: { id } });

/** The app runs a release made of its present config. */
async function live(appId: string) {
  const content = { image: 'apps/x@sha256:1', buildId: null, port: 8080, healthPath: null };
  const release = await transaction(t.db, (tx) =>
    createRelease(tx, t.sealer, {
      ...{ appId, description: 'Deploy', actor: tester },
      content: { ...content, processes: { web: [] } },
    }),
  );
  await t.db.deployment.updateMany({ where: { appId }, data: { status: 'live', endedAt: new Date() } });
  await t.db.app.update({ where: { id: appId }, data: { liveReleaseId: release.id } });
  return release;
}

/** The release that a deployment of this one runs. */
async function rolledBackTo(appId: string, releaseId: string) {
  const { deployment } = await acceptDeployment(t.db, {
    appId,
    trigger: 'rollback',
    releaseId,
    actor: tester,
  });
  return t.db.release.findUniqueOrThrow({ where: { id: deployment.releaseId ?? '' } });
}

describe('an add-on', () => {
  it('is made with a password of its own and deployed, and is no app of the list', async () => {
    const { teamId, appId } = await makeApp(t.db);
    const one = await create(teamId);
    const other = await create(teamId);
    expect(one.deployment).toMatchObject({ status: 'queued', trigger: 'addon' });
    const [password] = await varsOf(one.id);
    expect(password).toMatchObject({ key: 'PGPASSWORD', value: expect.stringMatching(/^[0-9a-f]{48}$/) });
    expect((await varsOf(other.id))[0]?.value).not.toBe(password?.value);
    const where = { teamIds: [teamId], search: null };
    const list = async (kinds: ('app' | 'postgres' | 'redis')[]) =>
      (await listApps(t.db, { ...where, kinds }, { after: null, take: 10 })).map(({ app }) => app.id);
    expect(await list(['app'])).toEqual([appId]);
    expect(await list(['postgres', 'redis'])).toEqual([one.id, other.id]);
  });

  it('takes no source, config, setting or attachment that is an app’s', async () => {
    const { teamId } = await makeApp(t.db);
    const { id } = await create(teamId);
    const other = await create(teamId);
    const refused = { code: 'app_is_add_on' };
    const source = { kind: 'git', commit: 'a'.repeat(40) } as const;
    const push = acceptDeployment(t.db, { appId: id, trigger: 'git', actor: tester, source });
    await expect(push).rejects.toMatchObject(refused);
    await expect(set(id, { PGPASSWORD: 'mine' })).rejects.toMatchObject(refused);
    const change = changeSettings(t.db, id, { sleep: { enabled: true } }, tester);
    await expect(change).rejects.toMatchObject(refused);
    await expect(attached(id, other.id)).rejects.toMatchObject(refused);
    await changeSettings(t.db, id, { memoryMb: 1024 }, tester);
    expect((await appRow(id)).memoryMb).toBe(1024);
  });

  it('that an app uses is not deleted; with the app, or once it is detached, it can be', async () => {
    const { teamId, appId, name } = await makeApp(t.db);
    const { id } = await create(teamId);
    await attached(appId, id);
    await expect(deleteApp(t.db, id, tester)).rejects.toMatchObject({
      code: 'addon_attached',
      details: { apps: [name] },
    });
    await detach(t.db, { appId, variable: 'DATABASE_URL', actor: tester });
    const other = await makeApp(t.db);
    const second = await create(other.teamId);
    await attached(other.appId, second.id);
    await deleteApp(t.db, other.appId, tester);
    for (const one of [id, second.id]) {
      await deleteApp(t.db, one, tester);
      expect((await appRow(one)).deletedAt).not.toBeNull();
    }
  });
});

describe('an add-on that is attached', () => {
  it('is a variable that nobody sets or removes, and a release of a running app', async () => {
    const { teamId, appId, name: app } = await makeApp(t.db);
    const { id, name } = await create(teamId);
    await live(appId);
    expect(await attached(appId, id)).toMatchObject({ applied: 'deployment' });
    expect(await attached(appId, id)).toEqual({ applied: 'unchanged' });
    const [url] = await varsOf(appId);
    const [password] = await varsOf(id);
    expect(url).toMatchObject({
      key: 'DATABASE_URL',
      value: `postgresql://berth:${password?.value}@${name}.direct.internal:5432/berth`,
      addOn: name,
    });
    expect(await attachmentsOf(t.db, [id])).toEqual(new Map([[id, [{ app, variable: 'DATABASE_URL' }]]]));
    for (const value of ['postgresql://elsewhere', null])
      await expect(set(appId, { DATABASE_URL: value })).rejects.toMatchObject({ code: 'variable_managed' });
    // What is sent back as it was read is no change.
    expect(await set(appId, { DATABASE_URL: url?.value ?? '' })).toEqual({ applied: 'unchanged' });
    const release = await t.db.release.findFirstOrThrow({ where: { appId }, orderBy: { number: 'desc' } });
    expect(openReleaseConfig(t.sealer, release)).toEqual({ DATABASE_URL: url?.value });
    expect(await detach(t.db, { appId, variable: 'DATABASE_URL', actor: tester })).toMatchObject({
      applied: 'deployment',
    });
    expect(await varsOf(appId)).toEqual([]);
  });

  it('takes no variable that is there already, and none of another team', async () => {
    const { teamId, appId } = await makeApp(t.db);
    const { id } = await create(teamId, 'redis');
    await set(appId, { REDIS_URL: 'redis://own' });
    await expect(attached(appId, id)).rejects.toMatchObject({ code: 'variable_taken' });
    await attached(appId, id, 'CACHE_URL');
    expect((await varsOf(appId)).map(({ key }) => key)).toEqual(['CACHE_URL', 'REDIS_URL']);
    await expect(detach(t.db, { appId, variable: 'REDIS_URL', actor: tester })).rejects.toMatchObject({
      code: 'attachment_not_found',
    });
    const other = await makeApp(t.db);
    await expect(attached(other.appId, id)).rejects.toMatchObject({ code: 'addon_other_team' });
    await expect(attached(appId, other.appId)).rejects.toMatchObject({ code: 'addon_not_found' });
  });

  it('is not handed on to a preview, even with the app’s own config', async () => {
    const { teamId, appId } = await makeApp(t.db);
    await attached(appId, (await create(teamId)).id);
    await set(appId, { GREETING: 'hello' });
    const previews = { enabled: true, days: 3, withConfig: true };
    await t.db.app.update({ where: { id: appId }, data: { previews } });
    const preview = await ensurePreview(t.db, t.sealer, { appId, branch: 'blue', actor: tester });
    expect((await varsOf(preview?.app.id ?? '')).map(({ key }) => key)).toEqual(['GREETING']);
  });

  it('stays with an app that goes back to a release of other add-ons, and of no other config', async () => {
    const { teamId, appId } = await makeApp(t.db);
    const [old, present] = [await create(teamId), await create(teamId)];
    await set(appId, { GREETING: 'before' });
    await attached(appId, old.id);
    await attached(appId, old.id, 'OLD_URL');
    const before = await live(appId);
    await detach(t.db, { appId, variable: 'DATABASE_URL', actor: tester });
    await detach(t.db, { appId, variable: 'OLD_URL', actor: tester });
    await attached(appId, present.id);
    await set(appId, { GREETING: 'now' });
    await live(appId);
    const back = await rolledBackTo(appId, before.id);
    const url = (await varsOf(appId)).find(({ key }) => key === 'DATABASE_URL');
    expect(back).toMatchObject({ image: before.image, description: 'v1 with the add-ons of now' });
    expect(openReleaseConfig(t.sealer, back)).toEqual({ GREETING: 'before', DATABASE_URL: url?.value });
    // Where nothing else is attached it is that very release.
    expect((await rolledBackTo(appId, back.id)).id).toBe(back.id);
  });
});
