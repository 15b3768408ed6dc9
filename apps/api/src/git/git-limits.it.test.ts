import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { encodePacket, FLUSH, PacketDecoder } from '#libs/source/git/pkt-line.js';
import { parsePushResult } from '#libs/source/git/push-result.js';
import { repositoryPath } from '#libs/source/git/repositories.js';
import { runGit } from '#libs/source/git/command.js';
import { NO_COMMIT } from '#libs/source/git/refs.js';
import type { WorkTree } from '#libs/source/testing/work-tree.js';
import { GitDoor } from './testing/git-door.js';

const MB = 1024 * 1024;
const LIMIT_MB = 94;
let git: GitDoor;

beforeAll(async () => {
  git = await GitDoor.open({ BERTH_MAX_PUSH_MB: String(LIMIT_MB) });
});
afterAll(() => git.close());

async function clone(app: string): Promise<WorkTree> {
  const tree = await git.clone(app);
  // Packing noise takes time and proves nothing.
  await tree.git('config', 'core.compression', '0');
  return tree;
}

/** Files that do not compress. */
function noise(megabytes: number): Record<string, Buffer> {
  return Object.fromEntries(
    Array.from({ length: megabytes / 10 }, (_, index) => [`noise-${index}`, randomBytes(10 * MB)]),
  );
}

describe('a huge push', { timeout: 240_000 }, () => {
  it('over the limit is refused in words, leaves nothing in the repository, and the next push works', async () => {
    const app = git.newName();
    const tree = await clone(app);
    await tree.commit(noise(100));
    const { code, output } = await tree.tryGit('push', 'berth', 'main');
    expect(code).toBe(1);
    expect(output).toContain(
      `The push is larger than ${LIMIT_MB} MiB, the limit of this platform (BERTH_MAX_PUSH_MB).`,
    );
    expect(output).toContain('! [remote rejected] main -> main (push too large)');
    const { id } = await git.door.database.db.app.findFirstOrThrow({ where: { name: app } });
    const objects = join(repositoryPath(git.door.home, id), 'objects');
    await waitFor(
      'git to tidy up',
      async () => (await readdir(objects)).every((name) => !name.startsWith('tmp_')),
      {
        timeoutMs: 10_000,
      },
    );
    expect(await git.door.database.db.deployment.count({ where: { appId: id } })).toBe(0);
    await tree.git('reset', '-q', '--hard', 'HEAD~1');
    const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.deploys(app, 1)]);
    expect(push.code, push.output).toBe(0);
  });

  it('within the limit streams: memory stays flat', async () => {
    const app = git.newName();
    const tree = await clone(app);
    await tree.commit(noise(90));
    const base = process.memoryUsage().rss;
    let peak = base;
    const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
    const [push] = await Promise.all([
      tree.tryGit('push', 'berth', 'main'),
      git.platform.deploys(app, 1, { timeoutMs: 200_000 }),
    ]);
    clearInterval(sampling);
    expect(push.code, push.output).toBe(0);
    // What is not collected yet is up to some 30 MB; a push that was held would come on top.
    expect((peak - base) / MB).toBeLessThan(70);
  });
});

/** Sends a push by hand and gives the whole answer. */
async function rawPush(
  app: string,
  body: Buffer,
  headers: Record<string, string> = {},
  onChunk: (chunk: Buffer) => void = () => undefined,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${git.door.url}/git/${app}/git-receive-pack`,
      {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`x:${git.owner.token}`).toString('base64')}`,
          'content-type': 'application/x-git-receive-pack-request',
          ...headers,
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => {
          parts.push(part);
          onChunk(part);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A request that creates `main` at the tree's commit, with these capabilities. */
async function pushOf(tree: WorkTree, capabilities: string, ref = 'refs/heads/main'): Promise<Buffer> {
  const commit = (await tree.git('rev-parse', 'HEAD')).trim();
  const pack = await runGit(['pack-objects', '--stdout', '--revs', '--quiet'], {
    gitDir: join(tree.dir, '.git'),
    input: `${commit}\n`,
  });
  return Buffer.concat([encodePacket(`${NO_COMMIT} ${commit} ${ref}\0${capabilities}`), FLUSH, pack.stdout]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push(0x80 | (value & 0x7f));
  return Buffer.from([...bytes, value]);
}

/** A pack as git's documentation (gitformat-pack) has it. */
function packOf(objects: { type: number; base?: Buffer; data: Buffer }[]): Buffer {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(objects.length, 8);
  const parts = objects.flatMap(({ type, base, data }) => {
    const more = data.length > 15;
    const size: Buffer[] = [Buffer.from([(more ? 0x80 : 0) | (type << 4) | (data.length & 15)])];
    if (more) size.push(varint(data.length >> 4));
    return [...size, base ?? Buffer.alloc(0), deflateSync(data)];
  });
  const all = Buffer.concat([head, ...parts]);
  return Buffer.concat([all, createHash('sha1').update(all).digest()]);
}

/** Payloads by sideband. */
function bands(body: Buffer): Map<number, Buffer[]> {
  const decoder = new PacketDecoder();
  decoder.push(body);
  const found = new Map<number, Buffer[]>();
  for (let packet = decoder.next(); packet; packet = decoder.next()) {
    if (packet.kind !== 'data') continue;
    const band = packet.data[0] ?? 0;
    found.set(band, [...(found.get(band) ?? []), packet.data.subarray(1)]);
  }
  return found;
}

describe('clients other than git', () => {
  it('without sidebands are answered when the push is accepted, in the bare form', async () => {
    const app = git.newName();
    const tree = await clone(app);
    const { status, body } = await rawPush(app, await pushOf(tree, 'report-status'));
    expect(status).toBe(200);
    expect(parsePushResult(body)).toEqual({
      unpack: 'ok',
      refs: [{ ref: 'refs/heads/main', refused: null, options: [] }],
    });
    expect((await git.platform.accepted(app, 1)).status).toBe('queued');
  });

  it('that want no report get none', async () => {
    const app = git.newName();
    const { status, body } = await rawPush(app, await pushOf(await clone(app), ''));
    expect(status).toBe(200);
    expect(body.length).toBe(0);
  });

  it('may compress their requests', async () => {
    const app = git.newName();
    const request = gzipSync(await pushOf(await clone(app), 'report-status side-band-64k'));
    const [{ body }] = await Promise.all([
      rawPush(app, request, { 'content-encoding': 'gzip' }),
      git.platform.deploys(app, 1),
    ]);
    const report = parsePushResult(Buffer.concat(bands(body).get(1) ?? []));
    expect(report?.refs).toEqual([{ ref: 'refs/heads/main', refused: null, options: [] }]);
  });

  it('are kept from timing out while nothing is said', { timeout: 30_000 }, async () => {
    const app = git.newName();
    let alive = false;
    const pushed = rawPush(
      app,
      await pushOf(await clone(app), 'report-status side-band-64k'),
      {},
      (chunk) => {
        alive ||= chunk.includes(Buffer.from('0005\u0002'));
      },
    );
    await git.platform.accepted(app, 1);
    await waitFor('a sign of life', () => alive, { timeoutMs: 15_000 });
    await git.platform.deploys(app, 1);
    expect((await pushed).status).toBe(200);
  });

  it.each([
    ['nonsense', Buffer.from('nonsense'), 400],
    ['an unfinished line', Buffer.from('00ff'), 400],
    ['nothing', Buffer.alloc(0), 200],
  ])('that send %s get a plain answer', async (_, body, status) => {
    expect((await rawPush(git.newName(), body)).status).toBe(status);
  });

  it('that send a decompression bomb are refused at the limit', async () => {
    const app = git.newName();
    const request = await pushOf(await clone(app), 'report-status side-band-64k');
    const bomb = gzipSync(Buffer.concat([request, Buffer.alloc((LIMIT_MB + 1) * MB)]));
    expect(bomb.length).toBeLessThan(MB);
    const { body } = await rawPush(app, bomb, { 'content-encoding': 'gzip' });
    const report = parsePushResult(Buffer.concat(bands(body).get(1) ?? []));
    expect(report?.refs[0]?.refused).toEqual(expect.any(String));
    expect(await git.door.database.db.deployment.count({ where: { app: { name: app } } })).toBe(0);
  });

  it('that send a few bytes which stand for gigabytes are refused before those are asked for', async () => {
    const app = git.newName();
    const base = Buffer.alloc(0xffff00, 'a');
    const copies = 40;
    const pack = packOf([
      { type: 3, data: base },
      {
        type: 7,
        base: createHash('sha1').update(`blob ${base.length}\0`).update(base).digest(),
        // Each copies the whole base once more: 7 bits at a time, then 16,776,960 bytes from offset 0.
        data: Buffer.concat([
          varint(base.length),
          varint(base.length * copies),
          Buffer.alloc(4 * copies, Buffer.from([0xf0, 0x00, 0xff, 0xff])),
        ]),
      },
    ]);
    expect(pack.length).toBeLessThan(MB);
    const command = `${NO_COMMIT} ${'1'.repeat(40)} refs/heads/main\0report-status side-band-64k`;
    const { body } = await rawPush(app, Buffer.concat([encodePacket(command), FLUSH, pack]));
    expect(Buffer.concat(bands(body).get(2) ?? []).toString()).toContain('over limit');
    const report = parsePushResult(Buffer.concat(bands(body).get(1) ?? []));
    expect(report?.refs[0]?.refused).toEqual(expect.any(String));
  });

  it('that send a broken pack are refused, and nothing is deployed', async () => {
    const app = git.newName();
    const request = await pushOf(await clone(app), 'report-status side-band-64k');
    const { body } = await rawPush(app, request.subarray(0, request.length - 30));
    const report = parsePushResult(Buffer.concat(bands(body).get(1) ?? []));
    expect(report?.refs[0]?.refused).toEqual(expect.any(String));
    expect(await git.door.database.db.deployment.count({ where: { app: { name: app } } })).toBe(0);
  });

  it('cannot leave the folder of repositories by a name', async () => {
    for (const name of ['..%2f..%2fetc', '.empty', '%2e%2e', 'a%00b']) {
      const response = await fetch(`${git.door.url}/git/${name}.git/info/refs?service=git-upload-pack`, {
        headers: { authorization: `Basic ${Buffer.from(`x:${git.owner.token}`).toString('base64')}` },
      });
      expect([400, 404], name).toContain(response.status);
    }
  });

  it('are told to use the smart protocol', async () => {
    const response = await fetch(`${git.door.url}/git/x.git/info/refs`, {
      headers: { authorization: `Bearer ${git.owner.token}` },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('smart HTTP');
  });
});
