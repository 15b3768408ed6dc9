import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { hostile, webhookUrl, type Stage } from '#test/pages/visits.js';
import { probeApp } from '#test/support/apps.js';
import { waitFor } from '#libs/core/wait.js';
import { api, ended, hostOf, setting, visitJson } from '#test/support/berth.js';
import { Repository } from '#test/support/repository.js';

const schedules = `
[[cron]]
name = "tidy"
schedule = "0 3 * * *"
command = "node -e 0"

[[cron]]
name = "broken"
schedule = "0 3 * * *"
command = "node -e process.exit(3)"
`;

/** What a terminal would act upon, and the page must not. */
const hostileLine = `\u001b[31m${hostile}\u001b]8;;javascript:hostile()\u0007here\u001b]8;;\u0007\u001b]0;${hostile}\u0007`;

/** Makes what pages are looked at of: an app with one of all that an app may have, an app and a team with nothing. */
export async function buildStage(): Promise<Stage & { remove(): Promise<void> }> {
  const tail = randomBytes(3).toString('hex');
  const [app, emptyApp, team, emptyTeam] = ['full', 'bare', 'crew', 'idle'].map((name) => `${name}-${tail}`);
  const make = async (path: string, body: object, status = 201) => {
    await api('post', path).send(body).expect(status);
  };
  await make('/v1/teams', { slug: team, name: hostile });
  await make('/v1/teams', { slug: emptyTeam });
  await make('/v1/apps', { name: emptyApp, team });
  await make('/v1/apps', { name: app, team });
  await make(`/v1/teams/${team}/members`, { email: `${team}@example.org`, role: 'viewer' });
  const invited = await api('post', `/v1/teams/${team}/invitations`)
    .send({ email: `${emptyTeam}@example.org`, role: 'developer' })
    .expect(201);
  const invitation = new URL((invited.body as { url: string }).url);
  const made = await api('post', '/v1/tokens')
    .send({ name: hostile, scopes: ['read'] })
    .expect(201);
  const repository = await Repository.create(app!, { ...probeApp('one'), 'berth.toml': schedules });
  const push = async () => {
    const { code, output } = await repository.push();
    if (code !== 0) throw new Error(output);
  };
  await push();
  await api('patch', `/v1/apps/${app}/config`)
    .send({ vars: { GREETING: hostile, NOTHING: '' } })
    .expect(200);
  await ended(app!, 2);
  await repository.commit({ [hostile]: hostile }, hostile);
  await push();
  await visitJson(hostOf(app!), `/say?text=${encodeURIComponent(hostileLine)}`);
  await fail(app!, 'broken');
  await make(`/v1/apps/${app}/domains`, { name: `${app}.example.org` });
  await addPastTheApi(app!, `data-${tail}`);
  return {
    ...{ app: app!, emptyApp: emptyApp!, team: team!, emptyTeam: emptyTeam! },
    invitation: invitation.pathname + invitation.hash,
    async remove() {
      for (const one of [app, emptyApp, `data-${tail}`]) await api('delete', `/v1/apps/${one}`);
      for (const one of [team, emptyTeam]) await api('delete', `/v1/teams/${one}`);
      await api('delete', `/v1/tokens/${(made.body as { id: string }).id}`);
      await repository.remove();
    },
  };
}

/** Runs an entry of the schedule that cannot succeed, once the release's schedule was taken over. */
async function fail(app: string, name: string): Promise<void> {
  await waitFor(
    `${name} to begin`,
    async () => (await api('post', `/v1/apps/${app}/cron/run`).send({ name })).ok,
    { timeoutMs: 30_000, everyMs: 200 },
  );
  await waitFor(
    `${name} to have failed`,
    async () => {
      const { items } = (await api('get', `/v1/apps/${app}/cron`)).body as { items: { failing: number }[] };
      return items.some(({ failing }) => failing > 0);
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
}

/**
 * A webhook that is off: the API takes only addresses that exist, and nothing may be sent from here. And a volume that no release names any more: with
 * one that is used the app would have one instance at a time. And an add-on that was never started, since making one takes Debian's packages; any value of
 * the app will do for its URL.
 */
async function addPastTheApi(app: string, addOn: string): Promise<void> {
  const client = new pg.Client({ connectionString: setting('DATABASE_URL') });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO "Webhook" (id, "teamId", "appId", "sealedUrl", "shownUrl", "sealedSecret", kinds, enabled, reason, "afterEventId", "createdBy")
       SELECT gen_random_uuid(), "teamId", id, '', $2, '', '{deployment.status}', false, 'It refused for a day.', 0, 'tests'
       FROM "App" WHERE name = $1`,
      [app, webhookUrl],
    );
    await client.query(
      `INSERT INTO "Volume" (id, "appId", "hostId", name, "sizeBytes", "measuredAt")
       SELECT gen_random_uuid(), a.id, h.id, 'old-data', 123456789, now() FROM "App" a, "Host" h WHERE a.name = $1`,
      [app],
    );
    await client.query(
      `WITH made AS (
         INSERT INTO "App" (id, "teamId", name, kind)
         SELECT gen_random_uuid(), "teamId", $2, 'postgres' FROM "App" WHERE name = $1
         RETURNING id)
       INSERT INTO "ConfigVar" ("appId", key, sealed, "addOnId", "updatedAt")
       SELECT v."appId", 'DATABASE_URL', v.sealed, made.id, now() FROM made, "ConfigVar" v
       JOIN "App" a ON a.id = v."appId" AND a.name = $1 WHERE v.key = 'GREETING'`,
      [app, addOn],
    );
  } finally {
    await client.end();
  }
}
