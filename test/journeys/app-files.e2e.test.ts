import { afterAll, describe, expect, it } from 'vitest';
import { probeApp } from '../support/apps.js';
import { api, ended, hostOf, visit } from '../support/berth.js';
import { Repository } from '../support/repository.js';

const made: string[] = [];
afterAll(async () => {
  for (const name of made) await api('delete', `/v1/apps/${name}`);
});

const below = (folder: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

describe('berth.toml', () => {
  const name = 'files-toml';
  const toml = (path: string) => `
[build]
root = "services/probe"
[start]
command = "node server.js"
port = 4000
[processes]
worker = "node worker.js"
[health]
path = "${path}"
[env]
LEVEL = "file"
PLACE = "file"
`;

  it('decides what is built, how it starts, when it is healthy and what it is told; config wins', async () => {
    const { body: team } = await api('get', '/v1/teams');
    await api('post', '/v1/apps').send({ name, team: team.items[0].slug }).expect(201);
    made.push(name);
    await api('patch', `/v1/apps/${name}/config`)
      .send({ vars: { PLACE: 'config' } })
      .expect(200);
    const repository = await Repository.create(name, {
      'berth.toml': toml('/headers'),
      'index.html': 'not this one',
      ...below('services/probe', { ...probeApp(), 'package.json': '{}' }),
    });
    try {
      const push = await repository.push();
      expect(push.output).toContain('Root folder: services/probe');
      expect(push.code).toBe(0);
      const answer = await visit(hostOf(name), '/env');
      expect(JSON.parse(answer.body)).toMatchObject({ LEVEL: 'file', PLACE: 'config', PORT: '4000' });
      const { body: releases } = await api('get', `/v1/apps/${name}/releases`).expect(200);
      expect(releases.items[0]).toMatchObject({
        port: 4000,
        healthPath: '/headers',
        processes: { web: ['node', 'server.js'], worker: ['node', 'worker.js'] },
      });

      // A mistake ends the deployment with its line; what was live stays.
      await repository.commit({ 'berth.toml': toml('/headers').replace('LEVEL =', 'LEVEL = 1 #') });
      const wrong = await repository.push();
      expect(wrong.code).not.toBe(0);
      const { error } = await ended(name, 2);
      expect(error?.code).toBe('berth_toml_invalid');
      expect(wrong.output).toContain('berth.toml, line 12: [env] LEVEL is not a text.');
      expect((await visit(hostOf(name), '/env')).status).toBe(200);
    } finally {
      await repository.remove();
    }
  });
});
