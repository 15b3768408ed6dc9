import { describe, expect, it } from 'vitest';
import type { ImageLayer } from '#libs/contracts/build-plan.js';
import { diffConfig } from './config-diff.js';
import { diffLayers } from './layer-diff.js';

const layer = (digest: string, sizeBytes: number): ImageLayer => ({
  ...{ digest, sizeBytes, part: 'app', createdBy: 'COPY . .', reused: false, whyNot: null },
});

describe('the difference between two images', () => {
  it('tells shared layers from new and gone ones, with their sizes', () => {
    const base = [layer('base', 100), layer('deps', 50)];
    const { layers, ...sizes } = diffLayers([...base, layer('v1', 3)], [...base, layer('v2', 4)]);
    expect(layers.map(({ digest, change }) => `${change} ${digest}`)).toEqual([
      'same base',
      'same deps',
      'removed v1',
      'added v2',
    ]);
    expect(sizes).toEqual({ sameBytes: 150, addedBytes: 4, removedBytes: 3 });
  });

  it('shows layers that are gone though none is new', () => {
    expect(diffLayers([layer('a', 1), layer('b', 2)], [layer('a', 1)]).layers.at(-1)?.change).toBe('removed');
  });
});

describe('the difference between two configs', () => {
  it('has names alone, never a value', () => {
    const diff = diffConfig({ KEPT: 'x', GONE: 's1', TURNED: 's2' }, { KEPT: 'x', TURNED: 's3', NEW: 's4' });
    expect(diff).toEqual({ added: ['NEW'], removed: ['GONE'], changed: ['TURNED'] });
    expect(JSON.stringify(diff)).not.toMatch(/s[1-4]/);
  });
});
