import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tester } from '../../../../test/support/database.js';
import { waitFor } from '#libs/core/wait.js';
import { readRegistry } from '#libs/images/registry-store.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { markImage } from '#libs/store/image-removals.js';
import type { Release } from '#libs/store/generated/client.js';
import { Workshop } from '../testing/workshop.js';
import { collect } from './collect.js';
import { registryRoot } from './survey.js';

let workshop: Workshop;
let root: string;
beforeAll(async () => {
  workshop = await Workshop.open();
  root = registryRoot(workshop.parts.env.BERTH_HOME);
  await mkdir(dirname(root), { recursive: true });
  await symlink(process.env.BERTH_TEST_REGISTRY_DATA ?? '', root);
});
afterAll(() => workshop.close());

const node = (source: string) => ({
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' } }),
  'server.js': source,
});

/** An app whose releases, one for each source, went live one after the other. The last is live. */
async function liveApp(...sources: string[]) {
  const { appId, deploy } = await workshop.app();
  const releases: Release[] = [];
  for (const source of sources) {
    const { id } = await deploy(node(source));
    const { releaseId } = await workshop.build(id);
    const release = await workshop.db.release.findUniqueOrThrow({ where: { id: releaseId ?? '' } });
    await workshop.db.deployment.update({ where: { id }, data: { status: 'live', endedAt: new Date() } });
    await workshop.db.app.update({ where: { id: appId }, data: { liveReleaseId: release.id } });
    releases.push(release);
  }
  return { appId, deploy, releases };
}

/** As if it were two hours later: what these tests made is not young any more. */
const later = (dryRun: boolean) =>
  collect(workshop.parts, {
    dryRun,
    pressure: false,
    measure: false,
    signal: AbortSignal.timeout(30_000),
    now: new Date(Date.now() + 2 * 3600_000),
  });

async function isStored({ image }: Pick<Release, 'image'>): Promise<boolean> {
  const [repository = '', digest = ''] = image.split('@');
  return (await workshop.parts.registry.digestOf(repository, digest)) !== null;
}

async function isOnEngine(appId: string, number: number): Promise<boolean> {
  const { docker, registry } = workshop.parts;
  const images = await docker.listImages({ filters: { reference: [`${registry.host}/apps/${appId}`] } });
  return images.some(({ RepoTags }) => RepoTags?.some((tag) => tag.endsWith(`:d${number}-1`)));
}

describe('a collection of disk', () => {
  it('removes the image of a release beyond what is kept, from registry and Engine, and nothing else', async () => {
    const { appId, releases } = await liveApp('first', 'second', 'third');
    const [first, second, third] = releases as [Release, Release, Release];
    const foreign = await workshop.image([`FROM ${workshop.stack}`, 'LABEL some=body']);
    await workshop.db.app.update({ where: { id: appId }, data: { keepReleases: 1 } });
    const strange = 'apps/of-nobody-here';
    const layers = join(root, 'docker/registry/v2/repositories', strange, '_layers');
    await mkdir(layers, { recursive: true });
    const before = await readRegistry(root);

    const dry = await later(true);
    const planned = dry.remove.filter((item) => item.appId === appId);
    expect(planned.map(({ kind }) => kind).sort()).toEqual(['engine-image', 'registry-image']);
    expect(planned.find(({ kind }) => kind === 'registry-image')).toMatchObject({
      name: `v1: ${first.image}`,
      why: 'It is older than the 1 newest releases.',
    });
    const shown = dry.apps.find((app) => app.appId === appId);
    expect(shown?.releases.map(({ number, kept }) => [number, kept])).toEqual([
      [3, true],
      [2, true],
      [1, false],
    ]);
    expect(shown?.sharedBytes).toBeGreaterThanOrEqual(0);
    expect(await isStored(first)).toBe(true);

    await later(false);
    expect(await Promise.all(releases.map(isStored))).toEqual([false, true, true]);
    expect(await isOnEngine(appId, 1)).toBe(false);
    expect(await isOnEngine(appId, 3)).toBe(true);
    const after = await readRegistry(root);
    const lost = new Set(
      before?.manifests
        .find(({ digest }) => first.image.endsWith(digest))
        ?.blobs.filter((blob) => !after?.blobs.has(blob)),
    );
    // Its manifest, its configuration and its own layer; the layers below are the other releases' too.
    expect(lost.size).toBe(3);
    const digests = new Set(after?.manifests.flatMap(({ blobs }) => blobs));
    expect([...digests].filter((digest) => !after?.blobs.has(digest))).toEqual([]);
    await expect(workshop.parts.docker.getImage(foreign).inspect()).resolves.toBeDefined();
    expect(after?.repositories).toContain(strange);

    const back = (releaseId: string) =>
      acceptDeployment(workshop.db, { appId, trigger: 'rollback', actor: tester, releaseId });
    await expect(back(first.id)).rejects.toMatchObject({ code: 'release_collected' });
    await expect(back(second.id)).resolves.toBeDefined();
    expect(third.collectedAt).toBeNull();
  });

  it('finishes what a killed one had marked, and leaves an app alone that is being deployed', async () => {
    const { appId, deploy, releases } = await liveApp('one', 'two', 'three');
    const [marked, next] = releases as [Release, Release];
    const mark = (release: Release) =>
      markImage(workshop.db, { image: release.image, appId, releaseIds: [release.id], reason: 'test' });
    expect(await mark(marked)).toBe(true);
    expect(await isStored(marked)).toBe(true);
    await deploy(node('four'));
    expect(await mark(next)).toBe(false);
    await later(false);
    expect(await isStored(marked)).toBe(false);
    expect(await isStored(next)).toBe(true);
    const row = await workshop.db.imageRemoval.findUniqueOrThrow({ where: { image: marked.image } });
    expect(row.removedAt).not.toBeNull();
  });

  it('does not lose an image that a build makes again while it is removed', async () => {
    const { appId, deploy, releases } = await liveApp('same', 'other', 'another');
    const [old] = releases as [Release];
    await markImage(workshop.db, { image: old.image, appId, releaseIds: [old.id], reason: 'test' });
    const { id } = await deploy(node('same'));
    const building = workshop.build(id);
    await waitFor(
      'the build to meet the removal',
      async () => (await workshop.logOf(id)).some((line) => line.includes('is being removed')),
      { timeoutMs: 30_000 },
    );
    await later(false);
    const built = await building;
    expect(built.status).toBe('starting');
    const release = await workshop.db.release.findUniqueOrThrow({ where: { id: built.releaseId ?? '' } });
    expect(release.image).toBe(old.image);
    expect(await isStored(release)).toBe(true);
    expect(await workshop.db.release.findUniqueOrThrow({ where: { id: old.id } })).toMatchObject({
      collectedAt: null,
    });
  });

  it('takes everything of a deleted app away', async () => {
    const { appId, releases } = await liveApp('gone');
    await workshop.db.app.update({
      where: { id: appId },
      data: { deletedAt: new Date(), liveReleaseId: null },
    });
    await later(false);
    // The folder of a repository goes once a look found it empty.
    await later(false);
    expect(await Promise.all(releases.map(isStored))).toEqual([false]);
    expect((await readRegistry(root))?.repositories).not.toContain(`apps/${appId}`);
    expect(await isOnEngine(appId, 1)).toBe(false);
  });
});
