import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LevelLoop } from './level-loop.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('LevelLoop', () => {
  it('looks once at a time, and once more for whatever was asked meanwhile', async () => {
    const ends: (() => void)[] = [];
    const loop = new LevelLoop(
      () => new Promise((resolve) => ends.push(() => resolve(60_000))),
      () => undefined,
    );
    for (let asked = 0; asked < 5; asked++) loop.ask();
    expect(ends.length).toBe(1);
    ends[0]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(ends.length).toBe(2);
    ends[1]!();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(ends.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ends.length).toBe(3);
    ends[2]!();
    await loop.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ends.length).toBe(3);
  });

  it('keeps the soonest of the times that were asked for, also during a look', async () => {
    const ends: (() => void)[] = [];
    const loop = new LevelLoop(
      () => new Promise((resolve) => ends.push(() => resolve(60_000))),
      () => undefined,
    );
    loop.ask();
    loop.askIn(1_000);
    ends[0]!();
    for (let ms = 0; ms < 1_000; ms += 200) {
      await vi.advanceTimersByTimeAsync(200);
      loop.askIn(5_000);
    }
    expect(ends.length).toBe(2);
    ends[1]!();
    await loop.stop();
  });

  it('goes on after a look that failed', async () => {
    const errors: unknown[] = [];
    let looks = 0;
    const loop = new LevelLoop(
      async () => {
        if (++looks === 1) throw new Error('away');
        return 60_000;
      },
      (error) => errors.push(error),
    );
    loop.ask();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([looks, errors.length]).toEqual([2, 1]);
    await loop.stop();
  });
});
