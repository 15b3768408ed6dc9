import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

/** A push to a branch as GitHub tells of it; the signature is over the bytes, blanks included. */
function tell(branch: string, key = secret, id = appId): supertest.Test {
  const body = ` {"ref": "refs/heads/${branch}",\n  "after": "${'a1'.repeat(20)}"}\n`;
  return supertest(api.url)
    .post(`/v1/hooks/git/${id}`)
    .set('Content-Type', 'application/json')
    .set('X-GitHub-Event', 'push')
    .set('X-Hub-Signature-256', `sha256=${createHmac('sha256', key).update(body).digest('hex')}`)
    .send(body);
}

it('a signed push to the branch is taken, one to another branch is not, and nobody else is heard', async () => {
  const taken = await tell('main');
  expect([taken.status, taken.body]).toEqual([202, { fetches: true, reason: null }]);
  const other = await tell('next');
  expect([other.status, other.body]).toEqual([
    202,
    { fetches: false, reason: 'The app is deployed from main.' },
  ]);
  for (const refused of [await tell('main', 'guess'), await tell('main', secret, crypto.randomUUID())])
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([403, 'hook_refused']);
});
