import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EngineImage } from '#libs/images/engine-images.js';
import type { StoredManifest } from '#libs/images/registry-store.js';
import type { AppDiskFacts } from '#libs/store/disk-facts.js';
import { planCollection, type Rules } from './plan.js';
import type { Survey } from './survey.js';

const now = new Date('2026-01-10T12:00:00Z');
const old = new Date('2026-01-01T00:00:00Z');
const registryHost = '127.0.0.1:5000';
const rules: Rules = {
  ...{ berthId: 'abc123', registryHost, engineOwned: false, keepReleases: 1, diskMb: 100 },
  ...{ pressure: false, now },
};

const digest = (name: string) => `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`;

function manifest(
  repository: string,
  name: string,
  tags: string[],
  layers = [`${name}-layer`],
): StoredManifest {
  return { repository, digest: digest(name), tags, storedAt: old, blobs: [name, ...layers].map(digest) };
}

function app(more: Partial<AppDiskFacts> = {}): AppDiskFacts {
  return {
    ...{ id: randomUUID(), name: 'shop', teamId: randomUUID(), deleted: false },
    ...{
      keepReleases: null,
      diskMb: null,
      liveReleaseId: null,
      volumeBytes: 0,
      unfinished: [],
      releases: [],
    },
    ...more,
  };
}

function survey(apps: AppDiskFacts[], manifests: StoredManifest[], images: EngineImage[] = []): Survey {
  const blobs = new Map(
    manifests.flatMap(({ blobs }) => blobs.map((each) => [each, { bytes: 10, storedAt: old }] as const)),
  );
  return {
    ...{ disk: { totalBytes: 1, freeBytes: 1 }, apps, stacks: new Set(['berth/stack-node:2']), pulled: [] },
    registry: { repositories: manifests.map(({ repository }) => repository), manifests, blobs },
    engine: { images, layersBytes: null, buildCache: { bytes: 5e9, records: 1 } },
  };
}

function image(names: string[], labels: Record<string, string> = {}): EngineImage {
  return { id: names[0] ?? 'nameless', names, labels, createdAt: old, bytes: 1, ownBytes: 1 };
}

describe('a plan of what goes from the registry', () => {
  it('takes copies of base images that no build asked for in 30 days, and leaves the others', () => {
    const unused = {
      ...manifest('cache/docker.io/library/node', '20', ['20']),
      storedAt: new Date('2025-12-01'),
    };
    const used = manifest('cache/docker.io/library/node', '22', ['22']);
    const { copies } = planCollection(survey([], [unused, used]), rules);
    expect(copies).toMatchObject([{ digest: unused.digest, why: expect.stringContaining('30 days') }]);
  });

  it('keeps what somebody pushed under a name of their own, and what is young or being deployed', () => {
    const one = app();
    const repository = `apps/${one.id}`;
    const young = { ...manifest(repository, 'young', ['d9-1']), storedAt: now };
    const found = [
      manifest(repository, 'failed', ['d1-1']),
      manifest(repository, 'pushed', ['v1', 'd2-1']),
      young,
    ];
    const gone = (apps: AppDiskFacts[]) =>
      planCollection(survey(apps, found), rules).images.map(({ image }) => image);
    expect(gone([one])).toEqual([`${repository}@${digest('failed')}`]);
    expect(gone([{ ...one, unfinished: [3] }])).toEqual([]);
    expect(gone([{ ...one, deleted: true }])).toHaveLength(2);
  });

  it('lets go of copies that newer ones have taken the place of, and of nothing that is not Berth’s', () => {
    const found = [
      manifest('stacks/node', 'one', ['1']),
      manifest('stacks/node', 'two', ['2']),
      manifest('cache/docker.io/library/node', 'three', []),
      manifest('cache/docker.io/library/node', 'four', ['22']),
      manifest('somebody/else', 'five', []),
    ];
    const { copies, images } = planCollection(survey([], found), rules);
    expect(copies.map(({ digest }) => digest)).toEqual([digest('one'), digest('three')]);
    expect(images).toEqual([]);
  });

  it('counts as freed only layers that nothing else has', () => {
    const one = app();
    const found = [
      manifest(`apps/${one.id}`, 'failed', ['d1-1'], ['own', 'shared']),
      manifest('stacks/node', 'two', ['2'], ['shared']),
    ];
    const [item] = planCollection(survey([one], found), rules).items;
    // Its manifest and its own layer.
    expect(item).toMatchObject({ kind: 'registry-image', app: 'shop', bytes: 20 });
  });
});

describe('a plan of what goes from the Engine', () => {
  it('touches names in Berth’s repositories of apps that it knows, its own old stacks, and nothing else', () => {
    const one = app();
    const stranger = randomUUID();
    const images = [
      image([`${registryHost}/apps/${one.id}:d1-1`]),
      image([`${registryHost}/apps/${stranger}:d1-1`]),
      image([`${registryHost}/apps/${stranger}:d2-1`], { 'berth.id': 'other1' }),
      image(['berth/stack-node:1'], { 'berth.stack.of': 'abc123' }),
      image(['berth/stack-node:2'], { 'berth.stack.of': 'abc123' }),
      image(['berth/stack-node:0'], { 'berth.stack.of': 'other1' }),
      image(['postgres:18']),
      image([], { some: 'label' }),
    ];
    const { engine, keepCacheBytes } = planCollection(survey([one], [], images), {
      ...rules,
      pressure: true,
    });
    expect(engine.map(({ names }) => names)).toEqual([
      [`${registryHost}/apps/${one.id}:d1-1`],
      ['berth/stack-node:1'],
    ]);
    expect(keepCacheBytes).toBeNull();
  });

  it('lets BuildKit’s cache go only from an Engine of its own, and only when the disk is short', () => {
    const cache = (more: Partial<Rules>) =>
      planCollection(survey([], []), { ...rules, ...more }).keepCacheBytes;
    expect(cache({ engineOwned: true })).toBeNull();
    expect(cache({ engineOwned: true, pressure: true })).toBe(1024 ** 3);
  });
});
