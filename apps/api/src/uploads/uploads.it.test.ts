import { createHash, randomBytes } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSmall } from '#libs/core/snapshot-tree.js';
import { waitFor } from '#libs/core/wait.js';
import { KEEP_SOURCES } from '#libs/source/retention.js';
import { openSnapshot } from '#libs/source/snapshot.js';
import { tarGzOf, tarOf, zipOf } from '#libs/source/testing/archives.js';
import { openDoor, type TestDoor, type TestUser } from '../git/testing/door.js';
import { PlayedPlatform } from '../git/testing/platform.js';
import { SourceSweeper } from '../sources/source-sweeper.js';
import { UploadsModule } from './uploads.module.js';

const LIMIT_MB = 4;
let door: TestDoor;
let owner: TestUser;

beforeAll(async () => {
  door = await openDoor([UploadsModule], { BERTH_MAX_UPLOAD_MB: String(LIMIT_MB) });
  owner = await door.user();
});
afterAll(() => door.close());

const files = [
  { name: 'app/package.json', content: '{}' },
  { name: 'app/server.js', content: 'hello' },
];

async function newApp(team = owner.team): Promise<{ id: string; name: string }> {
  const name = `app-x${randomBytes(4).toString('hex')}`;
  return door.database.db.app.create({ data: { name, teamId: team.id }, select: { id: true, name: true } });
}

function upload(app: string, body: Buffer, type = 'application/gzip', token = owner.token): supertest.Test {
  return supertest(door.url)
    .post(`/v1/apps/${app}/uploads?message=By%20hand`)
    .set('Authorization', `Bearer ${token}`)
    .set('Content-Type', type)
    .send(body);
}

function sourceOf(deploymentId: string) {
  return door.database.db.source.findFirstOrThrow({ where: { deployments: { some: { id: deploymentId } } } });
}

async function stored(): Promise<string[]> {
  return (await readdir(join(door.home, 'uploads'))).sort();
}

describe('an upload', () => {
  it.each([
    ['tar.gz', 'application/gzip', () => tarGzOf(files)],
    ['tar', 'application/x-tar', () => tarOf(files)],
    ['zip', 'application/zip', async () => zipOf(files)],
    ['zip', 'application/octet-stream', async () => zipOf(files)],
  ])('of a %s as %s is stored, deployed and readable by the builder', async (format, type, make) => {
    const { id: appId, name } = await newApp();
    const archive = await make();
    const { body, status } = await upload(name, archive, type);
    expect(status, JSON.stringify(body)).toBe(202);
    expect(body.deployment).toMatchObject({ number: 1, status: 'queued', trigger: 'upload' });
    const source = await sourceOf(body.deployment.id);
    expect(source).toMatchObject({
      appId,
      kind: 'upload',
      format,
      message: 'By hand',
      sha256: createHash('sha256').update(archive).digest('hex'),
      sizeBytes: BigInt(archive.length),
    });
    const tree = await openSnapshot(source, { home: door.home });
    expect(tree.entries.map(({ path, size }) => [path, size])).toEqual([
      ['package.json', 2],
      ['server.js', 5],
    ]);
    expect(Buffer.from((await readSmall(tree, 'server.js', 100))!).toString()).toBe('hello');
    await tree.close();
  });

  it.each([
    ['an attack', 422, 'source_unsafe', '"../x"', () => tarGzOf([{ name: '../x', content: 'x' }])],
    ['a cut archive', 422, 'archive_damaged', 'again', async () => (await tarGzOf(files)).subarray(0, 60)],
    ['something else', 415, 'archive_unknown', '.tar.gz, .tar or .zip', async () => Buffer.from('hello')],
    ['nothing', 415, 'archive_unknown', 'empty', async () => Buffer.alloc(0)],
    ['an empty archive', 422, 'source_empty', 'no files', async () => zipOf([])],
  ])('of %s is refused with %i and leaves nothing', async (_, status, code, says, make) => {
    const { id, name } = await newApp();
    const before = await stored();
    const answer = await upload(name, await make());
    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code, detail: expect.stringContaining(says) });
    expect(await stored()).toEqual(before);
    expect(await door.database.db.deployment.count({ where: { appId: id } })).toBe(0);
  });

  it('larger than the limit is refused, announced or not, and says the limit', async () => {
    const { name } = await newApp();
    const before = await stored();
    const large = randomBytes(LIMIT_MB * 1024 * 1024 + 1);
    const announced = await upload(name, large);
    expect(announced.status).toBe(413);
    expect(announced.body.detail).toContain(`${LIMIT_MB} MiB`);
    const streamed = await streamUpload(
      name,
      (async function* () {
        for (let at = 0; at < large.length; at += 65_536) yield large.subarray(at, at + 65_536);
      })(),
    );
    expect(streamed.status).toBe(413);
    expect(streamed.body).toContain(`${LIMIT_MB} MiB`);
    expect(await stored()).toEqual(before);
  });

  it('that breaks off leaves nothing', async () => {
    const { id, name } = await newApp();
    const before = await stored();
    const sent = httpRequest(`${door.url}/v1/apps/${name}/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/gzip' },
    });
    sent.on('error', () => undefined);
    sent.write(randomBytes(100_000));
    await waitFor('the part to be there', async () => (await stored()).length > before.length, {
      timeoutMs: 5_000,
    });
    sent.destroy();
    await waitFor('the part to be gone', async () => (await stored()).length === before.length, {
      timeoutMs: 5_000,
    });
    expect(await door.database.db.deployment.count({ where: { appId: id } })).toBe(0);
  });

  it('needs a content type of archives, and no encoding on top', async () => {
    const { name } = await newApp();
    expect((await upload(name, await tarGzOf(files), 'application/json')).status).toBe(415);
    const encoded = await upload(name, gzipSync(await tarGzOf(files))).set('Content-Encoding', 'gzip');
    expect(encoded.status).toBe(415);
  });

  it('is for those who may deploy', async () => {
    const { name } = await newApp();
    const archive = await tarGzOf(files);
    const viewer = await door.user({ role: 'viewer', team: owner.team });
    const stranger = await door.user();
    expect((await upload(name, archive, 'application/gzip', viewer.token)).status).toBe(403);
    expect((await upload(name, archive, 'application/gzip', stranger.token)).status).toBe(404);
    expect((await upload(name, archive, 'application/gzip', 'nonsense')).status).toBe(401);
    expect((await upload('no-such-app', archive)).status).toBe(404);
  });
});

describe('old uploads', () => {
  it('go, but for the newest and those in use', async () => {
    const { id: appId, name } = await newApp();
    const platform = new PlayedPlatform(door.database);
    const archive = await tarGzOf(files);
    const ids: string[] = [];
    for (let number = 1; number <= KEEP_SOURCES + 3; number++) {
      const { body } = await upload(name, archive);
      ids.push((await sourceOf(body.deployment.id)).id);
      // The first goes live, and its release is followed by one with other config; it stays however old it gets.
      if (number === 1) {
        await platform.deploys(name, 1);
        await platform.changesConfig(appId);
      }
    }
    const kept = [ids[0], ...ids.slice(-KEEP_SOURCES)].sort();
    await waitFor(
      'old uploads to go',
      async () => {
        const mine = (await stored()).filter((id) => ids.includes(id)).sort();
        return JSON.stringify(mine) === JSON.stringify(kept);
      },
      { timeoutMs: 5_000 },
    );
    const gone = await door.database.db.source.findUniqueOrThrow({ where: { id: ids[1]! } });
    expect(gone.appId).toBe(appId);
    await expect(openSnapshot(gone, { home: door.home })).rejects.toMatchObject({ code: 'source_gone' });
  });

  it('and what a killed api left behind are cleared away at the next start', async () => {
    const uploads = join(door.home, 'uploads');
    const { name } = await newApp();
    const { body } = await upload(name, await tarGzOf(files));
    const { id } = await sourceOf(body.deployment.id);
    const part = '.part-0198c0de-0000-7000-8000-000000000001';
    const [old, young] = ['0198c0de-0000-7000-8000-000000000002', '0198c0de-0000-7000-8000-000000000003'];
    for (const file of [part, old, young]) await writeFile(join(uploads, file), 'x');
    await utimes(join(uploads, old), new Date(0), new Date(0));
    await door.app.get(SourceSweeper, { strict: false }).onApplicationBootstrap();
    await waitFor('the old one to go', async () => !(await stored()).includes(old), { timeoutMs: 5_000 });
    expect(await stored()).not.toContain(part);
    expect(await stored()).toEqual(expect.arrayContaining([id, young]));
  });
});

/** Sends a body without announcing its length. */
function streamUpload(app: string, chunks: AsyncIterable<Buffer>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${door.url}/v1/apps/${app}/uploads`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/gzip' },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
        );
      },
    );
    sent.on('error', reject);
    void (async () => {
      for await (const chunk of chunks) sent.write(chunk);
      sent.end();
    })();
  });
}
