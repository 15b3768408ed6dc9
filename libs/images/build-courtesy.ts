import { cpuSecondsOf } from './build-cell.js';
import { cellGroup, giveWay } from './build-limits.js';
import type { Cgroup } from './cgroups.js';

const LOOK_MS = 250;
/** A busy host is to let builds have so much, in processors: a deployment ends although an app computes day and night. */
const LEAST_CPUS = 0.2;

/**
 * May builds go on giving way to everything else, with so many processors in the last moment? Where they had less than the least, they take their
 * turn until they have had it. Builds that only wait have less too; that costs nobody anything. Pure.
 */
export function mayGiveWay(cpus: number): boolean {
  return cpus >= LEAST_CPUS;
}

/** Sees to it, while builds run, that they give way to apps and yet come to an end. */
export class BuildCourtesy {
  private timer: NodeJS.Timeout | null = null;
  private last: { at: number; cpuSeconds: number } | null = null;
  private idle = true;

  constructor(
    private readonly parent: string,
    private readonly root?: string,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => void this.look().catch(() => undefined), LOOK_MS).unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.last = null;
    this.idle = true;
  }

  private async look(): Promise<void> {
    const group = await cellGroup(this.parent, this.root);
    const now = { at: performance.now(), cpuSeconds: await cpuSecondsOf(group) };
    const before = this.last;
    if (this.timer === null) return;
    this.last = now;
    if (before === null) return;
    const cpus = ((now.cpuSeconds - before.cpuSeconds) * 1000) / (now.at - before.at);
    await this.set(group, mayGiveWay(cpus));
  }

  private async set(group: Cgroup, idle: boolean): Promise<void> {
    // Whoever opens another build makes all of them give way again.
    if (idle && this.idle) return;
    this.idle = idle;
    await giveWay(group, idle);
  }
}
