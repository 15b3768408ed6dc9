import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { z } from 'zod';
import type { ImageLayer } from '#libs/contracts/build-plan.js';
import { parseImageReference } from '#libs/images/image-reference.js';
import { pullImage } from '#libs/images/pull-image.js';
import { RegistryClient } from '#libs/images/registry-client.js';
import { removeImage } from '#libs/images/tag-image.js';
import { repositoryOf } from './pipeline.js';
import { Stopped } from './stopped.js';
import { Workshop } from './testing/workshop.js';

let workshop: Workshop;
const pulled: string[] = [];
beforeAll(async () => {
  workshop = await Workshop.open();
  // As in Berth's own stacks, the folder of the app is the app's.
  const stack = await workshop.image([
    `FROM ${workshop.stack}`,
    'COPY --chown=1000:1000 Dockerfile /app/of/',
  ]);
  await writeFile(join(workshop.parts.env.BERTH_HOME, 'stacks.json'), JSON.stringify({ node: stack }));
});
afterAll(async () => {
  for (const image of pulled) await removeImage(workshop.parts.docker, image);
  await workshop.close();
});

const appended = 'detail Appended one layer';
const before = {
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' } }),
  'server.js': 'one',
  'run.sh': '#!/bin/sh\n',
  'lib/a/old.js': 'old',
  'lib/ü ñ.txt': 'x',
  '.dockerignore': 'secret\n',
  secret: 'not for the image',
};
const after = { 'server.js': 'two', 'new/deep/file.js': 'new' };

type App = Awaited<ReturnType<Workshop['app']>>;

async function first({ tree, deploy }: App): Promise<void> {
  await tree.write(before);
  await tree.executable('run.sh');
  await tree.link('link', 'lib/ü ñ.txt');
  await workshop.build((await deploy({})).id);
}

/** Changes, adds and removes files. */
async function second({ tree, deploy }: App): Promise<string> {
  await tree.write(after);
  await tree.executable('server.js');
  await tree.git('rm', '-q', '-r', 'lib/a');
  await tree.git('mv', 'link', 'link2');
  const { id } = await deploy({});
  await workshop.build(id);
  return id;
}

async function imageOf(deploymentId: string): Promise<string> {
  const { image } = await workshop.db.build.findFirstOrThrow({
    where: { deploymentId, status: 'succeeded' },
  });
  return image ?? '';
}

/** Everything of an image that a container of it sees: its configuration, and the app's files as the Engine unpacked them. */
async function contentOf(appId: string, image: string) {
  const { docker, registry } = workshop.parts;
  const reference = `${registry.host}/${image}`;
  await pullImage(docker, parseImageReference(reference), () => undefined, AbortSignal.timeout(60_000));
  pulled.push(reference);
  const config = z
    .object({ Config: z.looseObject({ Labels: z.record(z.string(), z.string()) }) })
    .parse(await docker.getImage(reference).inspect()).Config;
  expect(config.Labels['berth.app']).toBe(appId);
  const container = await docker.createContainer({ Image: reference, Cmd: ['/bin/true'] });
  try {
    const files: Record<string, unknown> = {};
    for await (const entry of (await container.getArchive({ path: '/app' })).pipe(extract())) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const { name, mode, uid, gid, type, linkname } = entry.header;
      files[name] = { mode, uid, gid, type, linkname, content: Buffer.concat(chunks).toString() };
    }
    return { config: { ...config, Labels: { ...config.Labels, 'berth.app': '' } }, files };
  } finally {
    await container.remove();
  }
}

describe('a change of the source alone', () => {
  it('appends one layer, and that is the image that a build would have made', async () => {
    const [one, other] = [await workshop.app(), await workshop.app()];
    await first(one);
    const id = await second(one);
    expect((await workshop.logOf(id)).join('\n')).toContain(appended);
    await first(other);
    // Without the earlier image's plan nothing is known of it, so this one is built.
    await workshop.db.build.updateMany({ where: { appId: other.appId }, data: { plan: {} } });
    const builtId = await second(other);
    expect((await workshop.logOf(builtId)).join('\n')).not.toContain(appended);

    const [ours, theirs] = [await imageOf(id), await imageOf(builtId)];
    expect(await contentOf(one.appId, ours)).toEqual(await contentOf(other.appId, theirs));
    const layers = async (image: string, appId: string) => {
      const found = await workshop.parts.registry.manifest(repositoryOf(appId), image.split('@')[1] ?? '');
      return found?.layers.map(({ digest }) => digest) ?? [];
    };
    const [mine, made] = [await layers(ours, one.appId), await layers(theirs, other.appId)];
    expect(mine).toHaveLength(made.length);
    expect(mine.slice(0, -1)).toEqual(made.slice(0, -1));
  });

  it('is told as such: one new layer with its cause, each step, and nothing of the files that went', async () => {
    const app = await workshop.app();
    await first(app);
    const id = await second(app);
    const { layers, steps } = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: id } });
    expect((layers as ImageLayer[]).filter(({ reused }) => !reused)).toMatchObject([
      { part: 'app', createdBy: 'COPY app/ /app/', whyNot: expect.stringContaining('lib/a/old.js') },
    ]);
    expect(steps).toMatchObject([{ title: 'COPY app/ /app/', cached: false }]);
    expect(await workshop.stepsOf(id)).toEqual([
      '0 receive done',
      ...['queue', 'snapshot', 'plan', 'build', 'push', 'release'].map((name) => `1 ${name} done`),
    ]);
    const { files } = await contentOf(app.appId, await imageOf(id));
    expect(Object.keys(files)).not.toContain('app/lib/a/old.js');
    expect(Object.keys(files)).not.toContain('app/secret');
    expect(Object.keys(files)).toContain('app/new/deep/file.js');
  });

  it('appends to what was appended, and stores the same image when the builder is killed in between', async () => {
    const app = await workshop.app();
    await first(app);
    await second(app);
    const { id } = await app.deploy({ 'server.js': 'three' });
    const stored: string[] = [];
    const registry = new RegistryClient(workshop.parts.registry.host);
    const put = registry.putManifest.bind(registry);
    let stop = (): void => undefined;
    registry.putManifest = async (...given) => {
      stored.push(await put(...given));
      stop();
      return stored.at(-1) ?? '';
    };
    await workshop.build(id, {
      parts: { registry },
      onClaim: (claim) => (stop = () => claim.stop(new Stopped('shutdown'))),
    });
    expect((await workshop.deployment(id)).status).toBe('building');
    stop = () => undefined;
    expect((await workshop.build(id, { parts: { registry } })).status).toBe('starting');
    expect(stored).toHaveLength(2);
    expect(new Set(stored).size).toBe(1);
    expect((await contentOf(app.appId, await imageOf(id))).files['app/server.js']).toMatchObject({
      content: 'three',
    });
  });

  it('gives the files that a build gives, whatever changed', async () => {
    const path = fc.constantFrom('a', 'b/c', 'b/d', 'b/e/f', 'node_modules/x/y', 'ü ñ/ß', '.hidden', 'g-1/h');
    const file = fc.record({
      content: fc.constantFrom('', 'one', 'two', '#!/bin/sh\n'),
      kind: fc.constantFrom('file', 'program', 'link'),
    });
    const states = fc.array(fc.dictionary(path, file, { minKeys: 1 }), { minLength: 3, maxLength: 3 });
    const [ours, theirs] = [await workshop.app(), await workshop.app()];
    for (const { deploy } of [ours, theirs]) await workshop.build((await deploy(before)).id);
    const [row] = fc.sample(states, { numRuns: 1, seed: 20261130 });
    let appendedTimes = 0;
    for (const files of row ?? []) {
      const made: Record<string, unknown>[] = [];
      for (const { appId, tree, deploy } of [ours, theirs]) {
        await tree.git('rm', '-q', '-r', '--ignore-unmatch', '.');
        const contents = Object.entries(files).filter(([, { kind }]) => kind !== 'link');
        await tree.write({
          ...before,
          ...Object.fromEntries(contents.map(([name, { content }]) => [name, content])),
        });
        for (const [name, { kind }] of Object.entries(files)) {
          if (kind === 'program') await tree.executable(name);
          await mkdir(join(tree.dir, dirname(name)), { recursive: true });
          if (kind === 'link') await tree.link(name, 'server.js');
        }
        if (appId === theirs.appId)
          await workshop.db.build.updateMany({ where: { appId }, data: { plan: {} } });
        const { id } = await deploy({});
        expect(await workshop.build(id)).toMatchObject({ error: null });
        const isAppended = (await workshop.logOf(id)).join('\n').includes(appended);
        if (appId === ours.appId) appendedTimes += Number(isAppended);
        else expect(isAppended).toBe(false);
        made.push(await contentOf(appId, await imageOf(id)));
      }
      expect(made[0]).toEqual(made[1]);
    }
    expect(appendedTimes).toBeGreaterThan(1);
  });

  it('is built after all when the earlier image is gone, or its last layer is another than it should be', async () => {
    const app = await workshop.app();
    await first(app);
    const build = await workshop.db.build.findFirstOrThrow({ where: { appId: app.appId } });
    const [repository = '', digest = ''] = build.image?.split('@') ?? [];
    await workshop.parts.registry.deleteManifest(repository, digest);
    const log = (await workshop.logOf(await second(app))).join('\n');
    expect(log).not.toContain(appended);
    expect(log).toContain('COPY app/ /app/');

    const { plan, id } = await workshop.db.build.findFirstOrThrow({
      where: { appId: app.appId },
      orderBy: { startedAt: 'desc' },
    });
    const known = z.looseObject({ inputs: z.record(z.string(), z.string()) }).parse(plan);
    await workshop.db.build.update({
      where: { id },
      data: { plan: { ...known, inputs: { ...known.inputs, 'never/there.js': 'x' } } },
    });
    const third = await app.deploy({ 'server.js': 'three' });
    expect((await workshop.build(third.id)).status).toBe('starting');
    expect((await workshop.logOf(third.id)).join('\n')).not.toContain(appended);
  });
});
