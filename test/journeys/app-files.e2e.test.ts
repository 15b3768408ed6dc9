import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { probeApp } from '../support/apps.js';
import { api, ended, hostOf, visit } from '../support/berth.js';
import { Repository } from '../support/repository.js';

const made: string[] = [];
afterAll(async () => {
  for (const name of made) await api('delete', `/v1/apps/${name}`);
});

/** An app of that name with these files, pushed. */
async function pushed(name: string, files: Record<string, string>) {
  const { body: team } = await api('get', '/v1/teams');
  await api('post', '/v1/apps').send({ name, team: team.items[0].slug }).expect(201);
  made.push(name);
  const repository = await Repository.create(name, files);
  return { repository, push: await repository.push() };
}

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

describe('a site', () => {
  it('is compressed, kept by browsers only where it is safe, redirected and headed as its files say', async () => {
    const name = 'files-site';
    const { repository, push } = await pushed(name, {
      'index.html': 'home',
      '404.html': 'not here',
      'news.css': 'a'.repeat(5000),
      _redirects: '/old/* /new/:splat 302\n/app/* /index.html 200\n',
      _headers: '/*\n  X-Frame-Options: DENY\n',
      '.env': 'SECRET=1',
    });
    try {
      expect(push.output).toContain('Redirects: 2 of _redirects');
      const get = (path: string, headers = {}) => visit(hostOf(name), path, { headers });
      const home = await get('/');
      expect(home).toMatchObject({
        status: 200,
        body: 'home',
        headers: { 'x-frame-options': 'DENY', 'cache-control': 'public, max-age=0, must-revalidate' },
      });
      expect(await get('/old/a/b?q=1')).toMatchObject({ status: 302, headers: { location: '/new/a/b?q=1' } });
      expect(await get('/app/anything')).toMatchObject({ status: 200, body: 'home' });
      expect(await get('/nowhere')).toMatchObject({ status: 404, body: 'not here' });
      for (const hidden of ['/.env', '/_redirects', '/_headers'])
        expect(await get(hidden)).toMatchObject({ status: 404 });
      const packed = await get('/news.css', { 'accept-encoding': 'gzip' });
      expect(packed.headers['content-encoding']).toBe('gzip');
    } finally {
      await repository.remove();
    }
  });
});

describe('a project that cannot be built', () => {
  it.each([
    ['nothing', { 'README.md': 'x' }, 'no_language', 'found only README.md'],
    ['no-start', { 'package.json': '{}' }, 'no_start_command', 'write berth.toml with command = '],
    ['bad-json', { 'package.json': '{\n"a" 1}' }, 'json_invalid', 'package.json, line 2'],
    [
      'bad-lock',
      {
        'package.json': '{"main":"a.js","dependencies":{"ms":"2.1.3"}}',
        'a.js': '',
        'package-lock.json': '<<<<<<< HEAD\n',
      },
      'build_failed',
      'package-lock.json is broken',
    ],
    [
      'bad-build',
      { 'package.json': '{"scripts":{"build":"node -e \\"console.log(42);process.exit(3)\\"","start":"x"}}' },
      'build_failed',
      'The step "npm run build" ended with exit code 3.',
    ],
    [
      'bad-procfile',
      { 'package.json': '{}', Procfile: '\0\x01' },
      'file_not_text',
      'Procfile is not a UTF-8 text file',
    ],
    [
      'bad-redirects',
      { 'index.html': '', _redirects: '\nhere there' },
      'redirects_invalid',
      '_redirects, line 2',
    ],
  ])('%s: the message names the file and the fix', async (kind, files, code, says) => {
    const { repository, push } = await pushed(`files-${kind}`, files as Record<string, string>);
    try {
      expect(push.code).not.toBe(0);
      const { error } = await ended(`files-${kind}`, 1);
      expect(error?.code).toBe(code);
      expect(`${error?.message} ${error?.hint}`).toContain(says);
      expect(push.output).toContain(says);
    } finally {
      await repository.remove();
    }
  });

  it('does not mind odd names of files: spaces, other scripts, links in a circle', async () => {
    const name = 'files-odd';
    const { repository, push } = await pushed(name, {
      ...probeApp(),
      'ein Ordner/süß und 日本語 [1].txt': 'x',
      "quote'$HOME/x": 'x',
    });
    try {
      expect(push.code).toBe(0);
      await symlink('b', join(repository.dir, 'a'));
      await symlink('a', join(repository.dir, 'b'));
      await repository.commit({});
      const again = await repository.push();
      expect(again.code, again.output).toBe(0);
    } finally {
      await repository.remove();
    }
  });
});
