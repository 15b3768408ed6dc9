import { addOnAccess } from '#libs/core/add-on.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { transaction } from '#libs/store/db.js';
import { configContext, createRelease } from '#libs/store/releases.js';
import { SEALER } from '#libs/store/store.module.js';
import { makeApp, tester } from '../../../../test/support/database.js';
import { makeToken, makeUser, type TestApi, type TestUser } from './api.js';

/** What a team has, by the names that paths of the OpenAPI document give it. */
export type Ids = Record<'app' | 'team' | (typeof rows)[number], string>;
const rows = [
  ...([
    'token',
    'user',
    'invitation',
    'number',
    'build',
    'instance',
    'oneOff',
    'job',
    'domain',
    'volume',
  ] as const),
  ...(['drain', 'webhook', 'delivery', 'teamWebhook', 'teamDelivery', 'addOn', 'variable'] as const),
];

export interface TestTeam {
  ids: Ids;
  teamId: string;
  appId: string;
  owner: TestUser;
}

/** A team that has one of everything; `number` of its deployment and release. */
export async function teamWithEverything(api: TestApi, hostId: string, number: number): Promise<TestTeam> {
  const { db } = api.database;
  const { teamId, appId, name: app } = await makeApp(db);
  await db.app.update({ where: { id: appId }, data: { nextRelease: number, nextDeployment: number + 1 } });
  const { slug } = await db.team.findUniqueOrThrow({ where: { id: teamId } });
  const owner = await makeUser(db, [{ teamId, role: 'owner' }]);
  const user = await makeUser(db, [{ teamId, role: 'developer' }]);
  await makeToken(db, user.id);
  const token = await db.token.findFirstOrThrow({ where: { userId: user.id } });
  const soon = new Date(Date.now() + 3_600_000);
  const by = { createdBy: 'test' };
  const invitation = await db.invitation.create({
    data: { ...by, teamId, email: `i@${app}.example`, role: 'viewer', secretHash: app, expiresAt: soon },
  });
  const deployment = await db.deployment.create({
    data: { appId, number, status: 'failed', trigger: 'git' },
  });
  const build = await db.build.create({
    data: { appId, deploymentId: deployment.id, attempt: 1, status: 'failed' },
  });
  const content = { image: `apps/${appId}@sha256:${'a'.repeat(64)}`, buildId: null, port: 8080 };
  const sealer = api.app.get<Sealer>(SEALER);
  const addOn = await db.app.create({ data: { teamId, name: `${app}-data`, kind: 'postgres' } });
  const variable = `${app.replaceAll('-', '_')}_URL`;
  for (const of of [
    { appId: addOn.id, key: addOnAccess.postgres.passwordKey },
    { appId, key: variable, addOnId: addOn.id },
  ])
    await db.configVar.create({ data: { ...of, sealed: sealer.seal('secret', configContext(of.appId)) } });
  const release = await transaction(db, (tx) =>
    createRelease(tx, sealer, {
      ...{ appId, description: '', actor: tester },
      content: { ...content, healthPath: null, processes: { web: [] } },
    }),
  );
  const instance = {
    appId,
    releaseId: release.id,
    hostId,
    process: 'web',
    status: 'ready',
    containerId: app,
  };
  const running = await db.instance.create({ data: instance });
  const oneOff = await db.instance.create({
    data: {
      ...instance,
      kind: 'run',
      containerId: `${app}-run`,
      oneOff: { command: ['sh'], image: null, terminal: false, remove: false },
    },
  });
  const job = await db.job.create({
    data: { ...by, appId, task: { command: ['true'] }, status: 'queued', retries: 0, timeoutSeconds: 60 },
  });
  const address = { sealedUrl: 'x', shownUrl: 'https://a.example' };
  const drain = await db.drain.create({ data: { ...by, ...address, appId } });
  const hook = { ...by, ...address, teamId, sealedSecret: 'x', kinds: [], afterEventId: 0n };
  const webhook = await db.webhook.create({ data: { ...hook, appId } });
  const teamWebhook = await db.webhook.create({ data: hook });
  const told = { messageId: 'm', kind: 'test', body: '{}', status: 'delivered' };
  const delivery = await db.webhookDelivery.create({ data: { ...told, webhookId: webhook.id } });
  const teamDelivery = await db.webhookDelivery.create({ data: { ...told, webhookId: teamWebhook.id } });
  const domain = await db.domain.create({ data: { appId, name: `${app}.example.org` } });
  // Its name is known to no other team.
  const volume = await db.volume.create({ data: { appId, hostId, name: `${app}-data` } });
  const ids = {
    ...{ app, team: slug, number: String(number), token: token.id, user: user.id, domain: domain.name },
    volume: volume.name,
    ...{ invitation: invitation.id, build: build.id, instance: running.id, oneOff: oneOff.id, job: job.id },
    ...{ drain: drain.id, webhook: webhook.id, delivery: delivery.id },
    ...{ teamWebhook: teamWebhook.id, teamDelivery: teamDelivery.id, addOn: addOn.name, variable },
  };
  return { ids, teamId, appId, owner };
}
