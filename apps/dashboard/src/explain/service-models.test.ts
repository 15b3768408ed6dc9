import { describe, expect, it } from 'vitest';
import { stackLayers } from '#libs/contracts/api/explain.js';
import { models, ownerOf } from './service-models.ts';

describe('who looks after a layer', () => {
  it('never goes back up: yours, then the platform’s, then the host’s, for each way to rent', () => {
    const rank = { you: 0, berth: 1, host: 2 };
    for (const model of models) {
      const ranks = stackLayers.map((layer) => rank[ownerOf(layer, model)]);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }
  });
  it('is less yours the more is rented', () => {
    const yours = models.map(
      (model) => stackLayers.filter((layer) => ownerOf(layer, model) === 'you').length,
    );
    expect(yours).toEqual([14, 13, 3, 1]);
  });
});
