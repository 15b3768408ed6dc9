import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tester } from '../../../../test/support/database.js';
import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import { parseImageReference } from '#libs/images/image-reference.js';
import { pushImage } from '#libs/images/push-image.js';
import { isOnEngine, removeImage, tagImage } from '#libs/images/tag-image.js';
import { hubShelf, PlayedHub } from '#libs/mirrors/testing/played-hub.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { setMirrors } from '#libs/store/mirrors.js';
import type { BuildRun } from '../pipeline.js';
import { Workshop } from '../testing/workshop.js';
import { engineBase, returnBases } from './engine-base.js';

let workshop: Workshop;
let upstream: PlayedHub;
beforeAll(async () => {
  workshop = await Workshop.open();
  upstream = await PlayedHub.open(workshop.parts.registry.host);
});
afterAll(async () => {
  await upstream.close();
  await workshop.close();
});

/** Puts an image on the played Docker Hub's shelf as `library/<name>:<tag>`; its file /word says `word`. */
async function publish(name: string, tag: string, word: string): Promise<string> {
  const { docker, registry } = workshop.parts;
  const made = await workshop.image([
    `FROM ${workshop.stack}`,
    `RUN ${JSON.stringify(['/bin/sh', '-c', `echo ${word} > /word`])}`,
    'CMD ["/bin/sh"]',
  ]);
  const repository = `${hubShelf}/${name}`;
  await tagImage(docker, made, `${registry.host}/${repository}`, tag);
  const push = {
    docker,
    registry,
    repository,
    tag,
    onLine: () => undefined,
    signal: AbortSignal.timeout(60_000),
  };
  const { digest } = await pushImage(push);
  await removeImage(docker, `${registry.host}/${repository}:${tag}`);
  return digest;
}

/** A build on an image, whose log shows what is in it. */
async function buildOn(image: string) {
  const { deploy } = await workshop.app();
  const show = JSON.stringify(['/bin/sh', '-c', `: ${randomUUID()}; cat /word`]);
  const { id } = await deploy({ Dockerfile: `FROM ${image}\nRUN ${show}\nCMD ["/bin/sh"]\n` });
  const { status, error } = await workshop.build(id);
  const { registries } = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: id } });
  return { status, error: error as DeploymentError | null, log: await workshop.logOf(id), registries };
}

describe('a base image with ONBUILD', () => {
  /** A base image that has builds do this, on the played Docker Hub or on the Engine under another registry's name. */
  async function withTrigger(trigger: string, name: string): Promise<void> {
    const { docker, registry } = workshop.parts;
    const made = await workshop.image([`FROM ${workshop.stack}`, `ONBUILD ${trigger}`, 'CMD ["/bin/sh"]']);
    const repository = `${hubShelf}/${name}`;
    await tagImage(docker, made, `${registry.host}/${repository}`, '1');
    const push = { docker, registry, repository, tag: '1', onLine: () => undefined };
    await pushImage({ ...push, signal: AbortSignal.timeout(60_000) });
    await removeImage(docker, `${registry.host}/${repository}:1`);
    await tagImage(docker, made, `registry.example/${name}`, '1');
  }

  it('is refused before anything of it is done, when that would reach what is not the team’s', async () => {
    await setMirrors(workshop.db, 'images', [upstream.url], tester);
    const { host } = workshop.parts.registry;
    const name = `it-evil-${randomUUID()}`;
    await withTrigger(`ADD http://${host}/v2/_catalog /catalog`, name);
    try {
      for (const image of [`${name}:1`, `registry.example/${name}:1`]) {
        const { deploy } = await workshop.app();
        const { id } = await deploy({ Dockerfile: `FROM ${image}\nRUN ["/bin/sh", "-c", "cat /catalog"]\n` });
        expect((await workshop.build(id)).error).toMatchObject({
          code: 'dockerfile_onbuild',
          message: expect.stringContaining(name),
        });
        expect((await workshop.logOf(id)).join('\n')).not.toContain('cat /catalog');
      }
    } finally {
      await removeImage(workshop.parts.docker, `registry.example/${name}:1`);
    }
  });

  it('builds, where that is what a Dockerfile may say', async () => {
    await setMirrors(workshop.db, 'images', [upstream.url], tester);
    const name = `it-onbuild-${randomUUID()}`;
    await withTrigger('COPY . /of-onbuild/', name);
    const { docker } = workshop.parts;
    try {
      for (const image of [`${name}:1`, `registry.example/${name}:1`]) {
        const { deploy } = await workshop.app();
        const { id } = await deploy({
          Dockerfile: `FROM ${image}\nRUN ["/bin/sh", "-c", "cat /of-onbuild/word"]\n`,
          word: 'triggered',
        });
        expect(await workshop.build(id)).toMatchObject({ status: 'starting', error: null });
        expect(await workshop.logOf(id)).toContain('detail triggered');
      }
      // It was there before, so it is not Berth's to take away.
      await expect(docker.getImage(`registry.example/${name}:1`).inspect()).resolves.toBeDefined();
    } finally {
      await removeImage(docker, `registry.example/${name}:1`);
    }
  });
});

describe('a base image that was loaded by hand', () => {
  it('is built on under a name of Berth’s own, which stays where it is when somebody moves the other, and is the same for the next build', async () => {
    const { parts, db } = workshop;
    const image = `registry.example/it-loaded-${randomUUID()}:1`;
    const [repository = '', tag = ''] = image.split(':');
    const loaded = await workshop.image([`FROM ${workshop.stack}`, 'ENV LOADED="by hand"']);
    await tagImage(parts.docker, loaded, repository, tag);
    const idOf = async (name: string) => (await parts.docker.getImage(name).inspect()).Id;
    const { BERTH_HOST: name } = parts.env;
    await db.host.upsert({ where: { name }, create: { name }, update: {} });
    const run = { parts, borrowed: [], signal: new AbortController().signal } as unknown as BuildRun;
    const bring = async () => (await engineBase(run, parseImageReference(image)))?.pinned ?? '';
    let pinned = '';
    try {
      pinned = await bring();
      expect(await bring()).toBe(pinned);
      await tagImage(parts.docker, workshop.stack, repository, tag);
      await returnBases(run);
      // No digest, which the newer BuildKit would look for at a registry.
      expect(pinned).toMatch(/^berth\/base\/registry\.example\/it-loaded-[^:@]+:[0-9a-f]{12}$/);
      expect(await idOf(pinned)).toBe(await idOf(loaded));
      expect(await isOnEngine(parts.docker, image)).toBe(true);
      // The collection takes it once it is unused.
      expect(await db.pulledImage.count({ where: { reference: pinned } })).toBe(1);
    } finally {
      for (const name of [image, pinned]) await removeImage(parts.docker, name);
    }
  });
});

describe('a FROM of Docker Hub', () => {
  it('is copied into this host’s registry, brought up to date by the next build, and served from there when upstream is away', async () => {
    await setMirrors(workshop.db, 'images', [upstream.url], tester);
    const [one, two] = [`one-${randomUUID()}`, `two-${randomUUID()}`];
    const first = await publish('it-words', '1', one);
    const built = await buildOn('it-words:1');
    expect(built).toMatchObject({ status: 'starting', error: null });
    expect(built.log).toContain(`detail ${one}`);
    expect(built.registries).toMatchObject([
      { kind: 'images', what: 'it-words:1', from: upstream.url, outcome: 'served', note: first },
    ]);
    expect(await workshop.parts.registry.digestOf('cache/docker.io/library/it-words', '1')).toBe(first);

    upstream.asked.length = 0;
    await publish('it-words', '1', two);
    expect((await buildOn('it-words:1')).log).toContain(`detail ${two}`);
    // The layer with the new word and the image's configuration; what was there is not fetched again.
    expect(upstream.asked.filter((line) => line.includes('/blobs/'))).toHaveLength(2);

    upstream.fault = 'garbage';
    const away = await buildOn('it-words:1');
    upstream.fault = null;
    expect(away.status).toBe('starting');
    expect(away.log).toContain(`detail ${two}`);
    expect(away.log.join('\n')).toMatch(/warning No registry answers for it-words:1; this host's own copy/);
    expect(away.registries).toMatchObject([
      { from: upstream.url, outcome: 'failed' },
      { from: 'cache', outcome: 'served' },
    ]);
  });

  it('is looked for by the same mirrors where a mount of RUN names it', async () => {
    await setMirrors(workshop.db, 'images', [upstream.url], tester);
    const word = `mounted-${randomUUID()}`;
    await publish('it-mounted', '1', word);
    const { deploy } = await workshop.app();
    const show = `RUN --mount=from=it-mounted:1,target=/m ["/bin/sh", "-c", "cat /m/word"]`;
    const { id } = await deploy({ Dockerfile: `FROM ${workshop.stack}\n${show}\nCMD ["/bin/sh"]\n` });
    expect(await workshop.build(id)).toMatchObject({ status: 'starting', error: null });
    expect(await workshop.logOf(id)).toContain(`detail ${word}`);
  });

  it.each(['dies-in-layers', 'other-bytes'] as const)(
    'comes from the next mirror when one %s',
    async (fault) => {
      const { host } = workshop.parts.registry;
      const [bad, good] = await Promise.all([PlayedHub.open(host), PlayedHub.open(host)]);
      try {
        await setMirrors(workshop.db, 'images', [bad.url, good.url], tester);
        await publish(`it-${fault}`, '1', `whole-${randomUUID()}`);
        bad.fault = fault;
        const built = await buildOn(`it-${fault}:1`);
        expect(built).toMatchObject({ status: 'starting', error: null });
        expect(built.registries).toMatchObject([
          { from: bad.url, outcome: 'failed' },
          { from: good.url, outcome: 'served' },
        ]);
        expect(built.log.join('\n')).toMatch(
          fault === 'other-bytes' ? /is not the one that its manifest names/ : /broke/,
        );
      } finally {
        await Promise.all([bad.close(), good.close()]);
      }
    },
  );

  it('is answered from Berth’s own stack when no registry answers, which the log says with both versions', async () => {
    await setMirrors(workshop.db, 'images', ['http://127.0.0.1:1'], tester);
    const { env, docker } = workshop.parts;
    const stack = await workshop.image([
      `FROM ${workshop.stack}`,
      'RUN ["/bin/sh","-c","echo stack > /word"]',
    ]);
    const name = 'berth/stack-hub-node-22:22.23.3-0123456789';
    await tagImage(docker, stack, ...(name.split(':') as [string, string]));
    const stacks = { base: workshop.stack, node: workshop.stack, 'hub-node-22': name };
    await writeFile(join(env.BERTH_HOME, 'stacks.json'), JSON.stringify(stacks));
    try {
      const built = await buildOn('node:22');
      expect(built).toMatchObject({ status: 'starting', error: null });
      expect(built.log).toContain('detail stack');
      expect(built.log.join('\n')).toMatch(/node:22 is not what is built on: .*asked 22, got Node 22\.23\.3/);
      expect(built.registries).toMatchObject([
        { outcome: 'failed' },
        { from: 'stack', what: 'node:22', outcome: 'served' },
      ]);

      const other = await buildOn('python:3.9');
      expect(other.error).toMatchObject({ code: 'base_unreachable' });
      expect(other.error?.message).toMatch(/Berth's stacks have Python 3\.13, not 3\.9/);
    } finally {
      await removeImage(docker, name);
    }
  });

  it('is never answered so where the host forbids it', async () => {
    await setMirrors(workshop.db, 'images', ['http://127.0.0.1:1'], tester);
    const { deploy } = await workshop.app();
    const { id } = await deploy({ Dockerfile: 'FROM node:22\nCMD ["node"]\n' });
    const env = { ...workshop.parts.env, BERTH_STAND_INS: 'off' as const };
    const { error } = await workshop.build(id, { parts: { env } });
    expect(error).toMatchObject({ code: 'base_unreachable' });
  });
});

describe('an image of Docker Hub that is deployed', () => {
  async function deployed(image: string) {
    const { appId } = await workshop.app();
    const source = { kind: 'image' as const, image };
    const { deployment } = await acceptDeployment(workshop.db, {
      appId,
      trigger: 'image',
      actor: tester,
      source,
    });
    const { status, error } = await workshop.build(deployment.id);
    const [step] = await workshop.db.step.findMany({ where: { deploymentId: deployment.id, name: 'build' } });
    const { registries } = await workshop.db.build.findFirstOrThrow({
      where: { deploymentId: deployment.id },
    });
    return { status, error, detail: step?.detail, registries };
  }

  it('comes by the mirrors of images, its step says which served, and leaves no name but the app’s on the Engine', async () => {
    await setMirrors(workshop.db, 'images', [upstream.url], tester);
    const name = `it-deployed-${randomUUID()}`;
    await publish(name, '1', 'by-mirror');
    expect(await deployed(`${name}:1`)).toMatchObject({
      status: 'starting',
      error: null,
      detail: { pulled: `docker.io/library/${name}:1`, from: upstream.url },
      registries: [{ from: upstream.url, outcome: 'served' }],
    });
    const { docker, registry } = workshop.parts;
    const names = (await docker.listImages()).flatMap(({ RepoDigests }) => RepoDigests ?? []);
    expect(
      names.filter((each) => each.startsWith(`${registry.host}/cache/docker.io/library/${name}`)),
    ).toEqual([]);
  });

  it('is what somebody loaded on the Engine, when no registry answers', async () => {
    await setMirrors(workshop.db, 'images', ['http://127.0.0.1:1'], tester);
    const { docker } = workshop.parts;
    const name = `it-loaded-${randomUUID()}`;
    const made = await workshop.image([`FROM ${workshop.stack}`, 'CMD ["/bin/sh"]']);
    await tagImage(docker, made, `docker.io/library/${name}`, '1');
    try {
      expect(await deployed(`${name}:1`)).toMatchObject({ status: 'starting', error: null });
      await expect(docker.getImage(`${name}:1`).inspect()).resolves.toBeDefined();
    } finally {
      await removeImage(docker, `${name}:1`);
    }
  });
});
