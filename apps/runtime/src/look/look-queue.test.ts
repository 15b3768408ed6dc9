import { describe, expect, it, vi } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { LookQueue } from './look-queue.js';

/** Looks that end when the test says so. */
function steered() {
  const running: { appId: string; end: (error?: Error) => void }[] = [];
  const began: string[] = [];
  const look = (appId: string) =>
    new Promise<void>((resolve, reject) => {
      began.push(appId);
      running.push({ appId, end: (error) => (error ? reject(error) : resolve()) });
    });
  return { running, began, look };
}

const patience = { timeoutMs: 5_000, everyMs: 1 };

describe('look queue', () => {
  it('keeps what is asked for until it is opened', async () => {
    const { began, running, look } = steered();
    const queue = new LookQueue(look, () => undefined);
    queue.ask('a');
    expect(began).toEqual([]);
    queue.open();
    await waitFor('the look', () => began.length === 1, patience);
    running[0]!.end();
    await queue.stop();
  });

  it('never looks at one app twice at once, and looks once more for all that was asked meanwhile', async () => {
    const { began, running, look } = steered();
    const queue = new LookQueue(look, () => undefined);
    queue.open();
    queue.ask('a');
    for (let i = 0; i < 5; i += 1) queue.ask('a');
    queue.ask('b');
    expect(began).toEqual(['a', 'b']);
    running[0]!.end();
    await waitFor('one more look at a', () => began.length === 3, patience);
    running[1]!.end();
    running[2]!.end();
    await queue.stop();
    expect(began).toEqual(['a', 'b', 'a']);
  });

  it('looks again after a failure, later each time, and reports it', async () => {
    vi.useFakeTimers();
    try {
      let looks = 0;
      const errors: unknown[] = [];
      const queue = new LookQueue(
        async () => {
          looks += 1;
          if (looks < 4) throw new Error(`failure ${looks}`);
        },
        (_, error) => errors.push(error),
      );
      queue.open();
      queue.ask('a');
      await vi.advanceTimersByTimeAsync(0);
      expect(looks).toBe(1);
      await vi.advanceTimersByTimeAsync(249);
      expect(looks).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(looks).toBe(2);
      await vi.advanceTimersByTimeAsync(500);
      await vi.advanceTimersByTimeAsync(1000);
      expect(looks).toBe(4);
      expect(errors).toHaveLength(3);
      await queue.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes the earliest of the times that were asked for', async () => {
    vi.useFakeTimers();
    try {
      let looks = 0;
      const queue = new LookQueue(
        async () => void (looks += 1),
        () => undefined,
      );
      queue.open();
      queue.ask('a', 5000);
      queue.ask('a', 1000);
      queue.ask('a', 9000);
      await vi.advanceTimersByTimeAsync(1000);
      expect(looks).toBe(1);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(looks).toBe(1);
      await queue.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it('looks at other apps while one look takes long', async () => {
    const { began, running, look } = steered();
    const queue = new LookQueue(look, () => undefined);
    queue.open();
    for (let i = 0; i < 20; i += 1) queue.ask(`app${i}`);
    expect(began.length).toBeGreaterThan(1);
    expect(began.length).toBeLessThan(20);
    while (began.length < 20 || running.length > 0) {
      running.splice(0).forEach(({ end }) => end());
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(began).size).toBe(20);
    await queue.stop();
  });
});
