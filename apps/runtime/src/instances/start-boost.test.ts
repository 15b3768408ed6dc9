import { describe, expect, it, vi } from 'vitest';
import { boostStart } from './start-boost.js';

/** An Engine that notes how many processors a container may have. */
function engine(boosts: boolean) {
  const said: (number | null)[] = [];
  const limitCpus = async (_: string, cpus: number | null): Promise<boolean> => {
    said.push(cpus);
    return boosts;
  };
  return { said, limitCpus };
}

describe('an instance that starts', () => {
  it('has all processors until that is ended, once', async () => {
    const e = engine(true);
    const end = boostStart(e, { containerId: 'c', cpus: 0.5 });
    await end();
    await end();
    expect(e.said).toEqual([null, 0.5]);
  });

  it('is left alone where that cannot be done', async () => {
    const e = engine(false);
    await boostStart(e, { containerId: 'c', cpus: 0.5 })();
    expect(e.said).toEqual([null]);
  });

  it('has them for so long only, though it never answers', async () => {
    vi.useFakeTimers();
    try {
      const e = engine(true);
      boostStart(e, { containerId: 'c', cpus: 1 });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(e.said).toEqual([null, 1]);
    } finally {
      vi.useRealTimers();
    }
  });
});
