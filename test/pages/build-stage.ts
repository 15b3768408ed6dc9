import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { webhookUrl, type Stage } from '#test/pages/visits.js';
import { probeApp } from '#test/support/apps.js';
import { api, ended, hostOf, platformHost, setting, token, visitJson } from '#test/support/berth.js';
import { Person } from '#test/support/cli.js';

const schedules = `
[[cron]]
name = "tidy"
schedule = "0 3 * * *"
command = "node -e 0"
`;

/** Makes what pages are looked at of: an app with one of all that an app may have, an app and a team with nothing. */
export async function buildStage(): Promise<Stage & { remove(): Promise<void> }> {
  const tail = randomBytes(3).toString('hex');
  const [app, emptyApp, team, emptyTeam] = ['full', 'bare', 'crew', 'idle'].map((name) => `${name}-${tail}`);
  const me = await Person.create();
  const make = async (path: string, body: object, status = 201) => {
    await api('post', path).send(body).expect(status);
  };
  await make('/v1/teams', { slug: team });
  await make('/v1/teams', { slug: emptyTeam });
  await make('/v1/apps', { name: emptyApp, team });
  await make(`/v1/teams/${team}/members`, { email: `${team}@example.org`, role: 'viewer' });
  const invited = await api('post', `/v1/teams/${team}/invitations`)
    .send({ email: `${emptyTeam}@example.org`, role: 'developer' })
    .expect(201);
  const invitation = new URL((invited.body as { url: string }).url);
  await me.berth(['login', '--url', `http://${platformHost}`, '--token', '-'], { input: token() });
  const deploy = async (files: Record<string, string>, code: number) => {
    const cwd = await me.folder(app!, files);
    const result = await me.berth(['deploy', '--create', '--team', team!, '--quiet'], { cwd });
    if (result.code !== code) throw new Error(`berth deploy ended with ${result.code}:\n${result.stderr}`);
  };
  await deploy({ ...probeApp('one'), 'berth.toml': schedules }, 0);
  await api('patch', `/v1/apps/${app}/config`)
    .send({ vars: { GREETING: 'hello', NOTHING: '' } })
    .expect(200);
  await ended(app!, 2);
  await visitJson(hostOf(app!), '/say?text=seen-on-the-page');
  await make(`/v1/apps/${app}/domains`, { name: `${app}.example.org` });
  await addSilentWebhook(app!);
  return {
    ...{ app: app!, emptyApp: emptyApp!, team: team!, emptyTeam: emptyTeam! },
    invitation: invitation.pathname + invitation.hash,
    async remove() {
      for (const one of [app, emptyApp]) await api('delete', `/v1/apps/${one}`);
      for (const one of [team, emptyTeam]) await api('delete', `/v1/teams/${one}`);
      await me.remove();
    },
  };
}

/** A webhook that is off, past the API: that takes only addresses that exist, and nothing may be sent from here. */
async function addSilentWebhook(app: string): Promise<void> {
  const client = new pg.Client({ connectionString: setting('DATABASE_URL') });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO "Webhook" (id, "teamId", "appId", "sealedUrl", "shownUrl", "sealedSecret", kinds, enabled, reason, "afterEventId", "createdBy")
       SELECT gen_random_uuid(), "teamId", id, '', $2, '', '{deployment.status}', false, 'It refused for a day.', 0, 'tests'
       FROM "App" WHERE name = $1`,
      [app, webhookUrl],
    );
  } finally {
    await client.end();
  }
}
