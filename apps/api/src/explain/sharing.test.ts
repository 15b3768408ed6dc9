import { describe, expect, it } from 'vitest';
import type { ImageLayer } from '#libs/contracts/build-plan.js';
import { sharingOf } from './sharing.js';

const layer = (digest: string, sizeBytes: number): ImageLayer => ({
  ...{ digest, sizeBytes, part: 'app', createdBy: 'COPY . .', reused: false, whyNot: null },
});
const image = (name: string, teamId: string, ...digests: string[]) => ({
  ...{ appId: name, name, teamId, layers: digests.map((digest) => layer(digest, 10)) },
});

describe('layers that several apps share', () => {
  const own = [layer('base', 100), layer('node', 50), layer('code', 1)];
  const sharing = sharingOf(own, 'mine', [
    image('shop', 'mine', 'base', 'shop-code'),
    image('report', 'mine', 'base', 'node', 'report-code', 'more'),
    image('secret-name', 'theirs', 'base', 'x'),
  ]);

  it('are told by app, the one with most in common first, with what it has alone', () => {
    expect(sharing.apps).toEqual([
      { name: 'report', sharedLayers: 2, ownLayers: 2, ownBytes: 20 },
      { name: 'shop', sharedLayers: 1, ownLayers: 1, ownBytes: 10 },
    ]);
    expect(sharing.layers.map(({ digest, apps }) => [digest, apps])).toEqual([
      ['base', ['report', 'shop']],
      ['node', ['report']],
      ['code', []],
    ]);
  });

  it('count apps of other teams without naming them', () => {
    expect(sharing.layers.map(({ others }) => others)).toEqual([1, 0, 0]);
    expect(JSON.stringify(sharing)).not.toContain('secret-name');
  });
});
