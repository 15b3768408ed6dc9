import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import supertest from 'supertest';
import { Sealer } from '#libs/secrets/seal.js';
import { connect } from '#libs/store/git-connections.js';
import { makeApp, tester } from '../../../../test/support/database.js';
import { openApi, type TestApi } from '../testing/api.js';

let api: TestApi;
let appId: string;
let secret: string;
beforeAll(async () => {
  api = await openApi();
  const made = await makeApp(api.database.db);
  appId = made.appId;
  const sealer = new Sealer(process.env.BERTH_SECRET_KEY ?? '');
  const app = { id: appId, teamId: made.teamId };
  // Nothing listens there, and it would not be asked: it is an internal address.
  const wanted = { url: 'http://127.0.0.1:1/a.git', branch: 'main', actor: tester };
  ({ secret } = await connect(api.database.db, sealer, app, wanted));
});
afterAll(() => api.close());

const hmac = (body: string, key: string): string => createHmac('sha256', key).update(body).digest('hex');
/** What each server sends with a push beside the body, as its documentation shows. */
const servers: Record<string, (body: string, key: string) => Record<string, string>> = {
  GitHub: (body, key) => ({
    ...{ 'User-Agent': 'GitHub-Hookshot/044aadd', 'X-GitHub-Delivery': crypto.randomUUID() },
    ...{ 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${hmac(body, key)}` },
  }),
  GitLab: (_body, key) => ({
    ...{ 'User-Agent': 'GitLab/17.1.0', 'X-Gitlab-Instance': 'https://gitlab.example.org' },
    ...{ 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Token': key },
  }),
  Gitea: (body, key) => ({
    ...{ 'X-Gitea-Event': 'push', 'X-Gitea-Event-Type': 'push', 'X-Gitea-Signature': hmac(body, key) },
    ...{ 'X-Gogs-Event': 'push', 'X-Gogs-Signature': hmac(body, key) },
    ...{ 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${hmac(body, key)}` },
  }),
  Forgejo: (body, key) => ({
    ...{ 'X-Forgejo-Event': 'push', 'X-Forgejo-Signature': hmac(body, key) },
    ...{ 'X-Gitea-Event': 'push', 'X-Gitea-Signature': hmac(body, key) },
    ...{ 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${hmac(body, key)}` },
  }),
};

/** A push to a branch as a server tells of it; the signature is over the bytes, blanks included. */
function tell(
  from: string,
  branch: string,
  { key = secret, id = appId, commit = 'a1'.repeat(20) } = {},
): supertest.Test {
  const body = ` {"ref": "refs/heads/${branch}",\n  "before": "${'0'.repeat(40)}", "after": "${commit}", "commits": []}\n`;
  return supertest(api.url)
    .post(`/v1/hooks/git/${id}`)
    .set('Content-Type', 'application/json')
    .set(servers[from]!(body, key))
    .send(body);
}

describe.each(Object.keys(servers))('%s', (server) => {
  it('is heard when it tells of a push to the branch with the secret, and only then', async () => {
    const taken = await tell(server, 'main');
    expect([taken.status, taken.body]).toEqual([202, { fetches: true, reason: null }]);
    const other = await tell(server, 'next');
    expect([other.status, other.body]).toEqual([
      202,
      { fetches: false, reason: 'The app is deployed from main.' },
    ]);
    const gone = await tell(server, 'main', { commit: '0'.repeat(40) });
    expect(gone.body).toEqual({ fetches: false, reason: 'The branch was deleted.' });
    for (const refused of [
      await tell(server, 'main', { key: 'guess' }),
      await tell(server, 'main', { id: crypto.randomUUID() }),
    ])
      expect([refused.status, (refused.body as { code: string }).code]).toEqual([403, 'hook_refused']);
  });
});
