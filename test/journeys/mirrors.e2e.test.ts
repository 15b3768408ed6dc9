import { afterAll, expect, it } from 'vitest';
import { PlayedMirrors } from '#libs/mirrors/testing/played-mirrors.js';
import type { MirrorList } from '#libs/contracts/api/mirrors.js';
import { api, deployment, hostOf, visit } from '../support/berth.js';
import { Repository } from '../support/repository.js';

const mirrors = new PlayedMirrors();
let repository: Repository | null = null;
/** Of this try: a second one begins with an app of its own. */
let app = '';
afterAll(async () => {
  await api('put', '/v1/platform/mirrors/npm').send({ mirrors: [] });
  await api('delete', `/v1/apps/${app}`);
  await repository?.remove();
  await mirrors.close();
});

it('an app whose first registry cannot be reached by its build is deployed through the next one', async () => {
  // It answers Berth, on the host's loopback; in a build that address is the build's own, where nobody listens.
  const first = await mirrors.good();
  const { body } = await api('put', '/v1/platform/mirrors/npm')
    .send({ mirrors: [first, 'default'] })
    .expect(200);
  expect((body as MirrorList).mirrors.map(({ name }) => name)).toEqual([first, 'default']);

  app = `journey-mirrors-${Date.now().toString(36)}`;
  repository = await Repository.create(app, {
    'package.json': JSON.stringify({
      scripts: { start: 'node server.js' },
      dependencies: { isarray: '2.0.5' },
    }),
    '.npmrc': 'fetch-retries=0\n',
    'server.js': `require('node:http').createServer((q, s) => s.end(String(require('isarray')([])))).listen(process.env.PORT);`,
  });
  const push = await repository.push();
  expect(push.code, push.output).toBe(0);
  expect(push.output).toMatch(/npm packages: http:\/\/127\.0\.0\.1:\d+ failed .*Trying again with/);
  expect((await visit(hostOf(app))).body).toBe('true');
  const { build } = await deployment(app, 1);
  expect(build?.registries).toMatchObject([
    { kind: 'npm', from: first, outcome: 'failed' },
    { kind: 'npm', from: 'default', outcome: 'served' },
  ]);
  // The build taught the platform what its own probes cannot see: it is failing, though it answers them.
  const { body: after } = await api('get', '/v1/platform/mirrors').expect(200);
  const npm = (after.items as MirrorList[]).find(({ kind }) => kind === 'npm');
  expect(npm?.mirrors.find(({ name }) => name === first)?.standing).toBe('failing');
});
