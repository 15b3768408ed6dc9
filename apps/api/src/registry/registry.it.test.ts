import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEngine } from '#libs/images/engine-connection.js';
import { RegistryClient } from '#libs/images/registry-client.js';
import { importShellImage } from '#libs/images/testing/shell-image.js';
import { makeApp } from '../../../../test/support/database.js';
import { makeToken, makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

const run = promisify(execFile);
const docker = connectEngine(process.env.DOCKER_HOST ?? '');

interface Tenant {
  appId: string;
  /** `TEAM/APP` */
  name: string;
  teamId: string;
  user: TestUser;
}

let api: TestApi;
let ours: Tenant;
let theirs: Tenant;
beforeAll(async () => {
  api = await openApi();
  ours = await tenant();
  theirs = await tenant();
});
afterAll(async () => {
  const registry = new RegistryClient(process.env.BERTH_REGISTRY ?? '');
  for (const { appId } of [ours, theirs])
    for (const tag of ['v1', 'latest']) {
      const digest = await registry.digestOf(`apps/${appId}`, tag);
      if (digest !== null) await registry.deleteManifest(`apps/${appId}`, digest);
    }
  await api.close();
});

async function tenant(): Promise<Tenant> {
  const { db } = api.database;
  const { appId, name, teamId } = await makeApp(db);
  const user = await makeUser(db, [{ teamId, role: 'developer' }]);
  return { appId, name: `team-${name}/${name}`, teamId, user };
}

/** A request of the distribution API with a token for these scopes, as a client makes it. */
async function call(
  token: string,
  scopes: string[],
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: string }> {
  const bearer = await bearerOf(token, scopes);
  const response = await fetch(`${api.url}/v2/${path}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${bearer}` },
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function bearerOf(token: string, scopes: string[]): Promise<string> {
  const query = scopes.map((scope) => `&scope=${encodeURIComponent(`repository:${scope}`)}`).join('');
  const response = await fetch(`${api.url}/v2/token?service=berth-registry${query}`, {
    headers: { authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` },
  });
  return ((await response.json()) as { token: string }).token;
}

/** Uploads a blob by the protocol; gives its digest. */
async function upload(to: Tenant, text: string): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const scopes = [`${to.name}:pull,push`];
  const begun = await call(to.user.token, scopes, `${to.name}/blobs/uploads/`, { method: 'POST' });
  expect(begun.status).toBe(202);
  const location = begun.headers.get('location') ?? '';
  expect(location).toMatch(new RegExp(`^/v2/${to.name}/blobs/uploads/`));
  const path = `${location.replace('/v2/', '')}&digest=${digest}`;
  expect((await call(to.user.token, scopes, path, { method: 'PUT', body: text })).status).toBe(201);
  return digest;
}

/** A manifest of one configuration and one layer. */
function manifestOf(config: string, layer: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 2, digest: config },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 2, digest: layer }],
  });
}

/** Pushes an image of one layer; gives its digest. */
async function put(to: Tenant, tag: string, text: string): Promise<string | null> {
  const blob = await upload(to, text);
  const pushed = await call(to.user.token, [`${to.name}:pull,push`], `${to.name}/manifests/${tag}`, {
    method: 'PUT',
    body: manifestOf(blob, blob),
    headers: asManifest,
  });
  expect(pushed.status).toBe(201);
  return pushed.headers.get('docker-content-digest');
}

const asManifest = { 'content-type': 'application/vnd.docker.distribution.manifest.v2+json' };

describe('the registry’s door', () => {
  it('challenges strangers, and gives a token only to who signs in', async () => {
    const asked = await fetch(`${api.url}/v2/`);
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toBe(
      `Bearer realm="${api.url}/v2/token",service="berth-registry"`,
    );
    expect((await fetch(`${api.url}/v2/token`)).status).toBe(401);
    const revoked = await makeToken(api.database.db, ours.user.id, { revoked: true });
    expect(await bearerOf(revoked, [])).toBeUndefined();
    expect((await call(ours.user.token, [], '')).status).toBe(200);
    const forged = await fetch(`${api.url}/v2/`, { headers: { authorization: `Bearer ${ours.user.token}` } });
    expect(forged.status).toBe(401);
  });

  it('takes a push of the team’s own docker client, gives it back, and deploys what is tagged latest', async () => {
    const config = await mkdtemp(join(tmpdir(), 'berth-docker-'));
    const host = new URL(api.url).host;
    const repository = `${host}/${ours.name}`;
    const client = (...args: string[]) =>
      run('docker', ['--config', config, ...args], { env: { ...process.env }, timeout: 50_000 });
    const image = await importShellImage(docker, repository, 'v1');
    try {
      await expect(client('push', image)).rejects.toMatchObject({
        stderr: expect.stringMatching(/unauthorized|denied/i),
      });
      await client('login', '--username', 'me', '--password', ours.user.token, host);
      await client('push', image);
      expect(await api.database.db.deployment.count({ where: { appId: ours.appId } })).toBe(0);
      await docker.getImage(image).tag({ repo: repository, tag: 'latest' });
      await client('push', `${repository}:latest`);
      const [deployment] = await api.database.db.deployment.findMany({
        where: { appId: ours.appId },
        include: { source: true },
      });
      expect(deployment).toMatchObject({ trigger: 'image', status: 'queued', createdById: ours.user.id });
      expect(deployment?.source?.image).toMatch(new RegExp(`/${ours.name}@sha256:[0-9a-f]{64}$`));
      await docker.getImage(`${repository}:latest`).remove();
      await docker.getImage(image).remove();
      await client('pull', image);
      await expect(docker.getImage(image).inspect()).resolves.toBeDefined();
      await client('login', '--username', 'me', '--password', theirs.user.token, host);
      await expect(client('pull', `${repository}:latest`)).rejects.toMatchObject({
        stderr: expect.stringMatching(/denied/i),
      });
    } finally {
      for (const tag of ['v1', 'latest'])
        await docker
          .getImage(`${repository}:${tag}`)
          .remove()
          .catch(() => undefined);
      await rm(config, { recursive: true, force: true });
    }
  });

  it('gives what is live to who names no tag, and before that what was pushed as latest', async () => {
    const { db } = api.database;
    const pushed = await put(ours, 'latest', randomBytes(16).toString('hex'));
    const built = await put(ours, 'v1', randomBytes(16).toString('hex'));
    const digestOf = async () => {
      const { headers } = await call(
        ours.user.token,
        [`${ours.name}:pull`],
        `${ours.name}/manifests/latest`,
        {
          headers: { accept: asManifest['content-type'] },
        },
      );
      return headers.get('docker-content-digest');
    };
    expect(await digestOf()).toBe(pushed);
    const { id: liveReleaseId } = await db.release.create({
      data: {
        ...{
          appId: ours.appId,
          number: 1,
          image: `apps/${ours.appId}@${built}`,
          sealedConfig: '',
          processes: {},
        },
        ...{
          memoryMb: 256,
          cpus: 1,
          pids: 64,
          startTimeoutSeconds: 60,
          graceSeconds: 10,
          description: 'One',
        },
      },
    });
    await db.app.update({ where: { id: ours.appId }, data: { liveReleaseId } });
    expect(await digestOf()).toBe(built);
  });

  it('lets nobody pull, mount or name what is another team’s', async () => {
    const { db } = api.database;
    const text = randomBytes(16).toString('hex');
    const blob = await upload(theirs, text);
    const digest = await put(theirs, 'v1', text);
    const both = [`${ours.name}:pull,push`, `${theirs.name}:pull,push`];
    const me = ours.user.token;

    // By its own name.
    expect((await call(me, both, `${theirs.name}/manifests/v1`)).status).toBe(401);
    expect((await call(me, both, `${theirs.name}/blobs/${blob}`)).status).toBe(401);
    // By digest, under one's own name.
    expect((await call(me, both, `${ours.name}/manifests/${digest}`)).status).toBe(404);
    expect((await call(me, both, `${ours.name}/blobs/${blob}`)).status).toBe(404);
    // Mounted: it has to be uploaded instead.
    for (const from of [theirs.name, `apps/${theirs.appId}`]) {
      const mounted = await call(
        me,
        both,
        `${ours.name}/blobs/uploads/?mount=${blob}&from=${encodeURIComponent(from)}`,
        { method: 'POST' },
      );
      expect(mounted.status).toBe(202);
    }
    // The same said in a form, where the registry would look for it too.
    const form = await call(me, both, `${ours.name}/blobs/uploads/`, {
      method: 'POST',
      body: new URLSearchParams({ mount: blob, from: `apps/${theirs.appId}` }),
    });
    expect(form.status).toBe(202);
    expect((await call(me, both, `${ours.name}/blobs/${blob}`, { method: 'HEAD' })).status).toBe(404);
    // Named in a manifest of one's own.
    const named = await call(me, both, `${ours.name}/manifests/stolen`, {
      method: 'PUT',
      body: manifestOf(blob, blob),
      headers: asManifest,
    });
    expect(named.status).toBe(400);
    expect(named.body).toContain('MANIFEST_BLOB_UNKNOWN');
    // Under the wrong team, or by the registry's own names.
    const [team] = ours.name.split('/');
    const [, app] = theirs.name.split('/');
    for (const path of [`${team}/${app}/manifests/v1`, `apps/${theirs.appId}/manifests/v1`, '_catalog'])
      expect(
        (await call(me, [`${team}/${app}:pull`, `apps/${theirs.appId}:pull`], path)).status,
      ).toBeGreaterThanOrEqual(401);
    // An administrator's token for one team is good for that team.
    const admin = await makeUser(db, [], { admin: true });
    const scoped = await makeToken(db, admin.id, { teamId: ours.teamId });
    expect((await call(scoped, both, `${theirs.name}/manifests/v1`)).status).toBe(401);
  });

  it('lets viewers pull and not push, keeps Berth’s own tags, and removes nothing', async () => {
    const { db } = api.database;
    const blob = await upload(ours, randomBytes(16).toString('hex'));
    const scopes = [`${ours.name}:pull,push`];
    const put = (token: string, tag: string) =>
      call(token, scopes, `${ours.name}/manifests/${tag}`, {
        method: 'PUT',
        body: manifestOf(blob, blob),
        headers: asManifest,
      });
    expect((await put(ours.user.token, 'v1')).status).toBe(201);
    for (const own of ['d1-1', 'd1-1-base', 'cache'])
      expect((await put(ours.user.token, own)).status).toBe(403);
    expect(
      (await call(ours.user.token, scopes, `${ours.name}/manifests/v1`, { method: 'DELETE' })).status,
    ).toBe(404);
    const tags = await call(ours.user.token, scopes, `${ours.name}/tags/list`);
    expect(JSON.parse(tags.body)).toMatchObject({ name: ours.name, tags: expect.arrayContaining(['v1']) });
    const viewer = await makeUser(db, [{ teamId: ours.teamId, role: 'viewer' }]);
    expect(
      (
        await call(viewer.token, scopes, `${ours.name}/manifests/v1`, {
          headers: { accept: asManifest['content-type'] },
        })
      ).status,
    ).toBe(200);
    expect((await put(viewer.token, 'v1')).status).toBe(401);
    const reader = await makeToken(db, ours.user.id, { scopes: ['read'] });
    expect((await put(reader, 'v1')).status).toBe(401);
  });
});
