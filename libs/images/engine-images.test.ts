import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { engineUse } from './engine-images.js';

const listed = [
  {
    Id: 'sha256:a',
    RepoTags: ['apps/x:1'],
    RepoDigests: null,
    Labels: null,
    Created: 1_700_000_000,
    Size: 5,
  },
];

/** An Engine that answers `GET /images/json` and `GET /system/df` so. */
function engine(df: () => Promise<unknown>): Docker {
  return { listImages: () => Promise.resolve(listed), df } as unknown as Docker;
}

describe('what an Engine holds', () => {
  it('is what it measured, without what images share with the build cache', async () => {
    const images = [{ ...listed[0], SharedSize: 2 }];
    const cache = [{ Size: 7 }, { Size: 100, Shared: true }];
    const use = await engineUse(engine(async () => ({ LayersSize: 5, Images: images, BuildCache: cache })));
    expect(use).toMatchObject({ layersBytes: 5, buildCache: { bytes: 7, records: 2 } });
    expect(use.images).toMatchObject([{ names: ['apps/x:1'], bytes: 5, ownBytes: 3 }]);
  });

  it('is known as far as it goes where its build cache has lost a layer', async () => {
    // As Engine 20.10.24 said after it was killed during a build.
    const message = 'error getting build cache usage: failed to get usage for ggpg: snapshot fxo60 not found';
    const use = await engineUse(
      engine(() => Promise.reject(Object.assign(new Error(message), { statusCode: 500 }))),
    );
    expect(use).toMatchObject({ layersBytes: null, buildCache: null });
    expect(use.images).toMatchObject([{ names: ['apps/x:1'], bytes: 5, ownBytes: null }]);
  });

  it('is not made up where the Engine refuses for another reason', async () => {
    await expect(engineUse(engine(() => Promise.reject(new Error('no space left'))))).rejects.toThrow();
  });
});
