import type { ContainerStats } from '#libs/engine/port.js';

type Counters = Pick<ContainerStats, 'cpuNanos' | 'periods' | 'throttledPeriods'>;

/** What an instance used of its CPU between two samples. */
export interface CpuUse {
  /** Share of one core. */
  cpu: number;
  /** Share of the scheduler's periods in which its limit held it back. */
  throttled: number;
}

/** Turns counters since the start into use since the last sample; of the first nothing is known. */
export class CpuMeter {
  #last = new Map<string, Counters & { at: number }>();

  read(instanceId: string, at: number, now: Counters): CpuUse {
    const before = this.#last.get(instanceId);
    this.#last.set(instanceId, { ...now, at });
    if (before === undefined || before.cpuNanos > now.cpuNanos || at <= before.at)
      return { cpu: 0, throttled: 0 };
    const periods = now.periods - before.periods;
    return {
      cpu: (now.cpuNanos - before.cpuNanos) / 1e6 / (at - before.at),
      throttled: periods > 0 ? Math.max(0, now.throttledPeriods - before.throttledPeriods) / periods : 0,
    };
  }

  forget(present: ReadonlySet<string>): void {
    for (const id of this.#last.keys()) if (!present.has(id)) this.#last.delete(id);
  }
}
