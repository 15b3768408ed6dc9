import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BuildClock } from './build-clock.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the clock of a build', () => {
  it('ends it at its limit, and not once it is stopped', () => {
    const ended = vi.fn<() => void>();
    const stopped = new BuildClock(1000, ended);
    stopped.stop();
    new BuildClock(1000, ended);
    vi.advanceTimersByTime(999);
    expect(ended).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('does not count what the build waited, and yet comes to an end', () => {
    const ended = vi.fn<() => void>();
    const clock = new BuildClock(1000, ended);
    clock.waited(700);
    vi.advanceTimersByTime(1690);
    expect(ended).not.toHaveBeenCalled();
    clock.waited(1_000_000);
    vi.advanceTimersByTime(3300);
    expect(ended).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    expect(ended).toHaveBeenCalledOnce();
  });
});
