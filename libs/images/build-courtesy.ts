import { cpuSecondsOf } from './build-cell.js';
import { leaveOneToApps } from './build-cores.js';
import { buildGroup, cellGroup, weigh, type Weight } from './build-limits.js';
import { Cgroup } from './cgroups.js';

const LOOK_MS = 250;
/** A busy host is to let builds have so much, in processors: a deployment ends although an app computes day and night. */
const LEAST_CPUS = 0.2;
/** Apps that use so much, in processors, are at work: somebody waits for their answers. A dozen that only tick use less. */
const AT_WORK_CPUS = 0.05;
/** They are for so long after they were. */
const AT_WORK_MS = 3_000;

/**
 * May builds go on giving way to everything else, with so many processors in the last moment? Where they had less than the least, they take their
 * turn until they have had it. Builds that only wait have less too; that costs nobody anything. Pure.
 */
export function mayGiveWay(cpus: number): boolean {
  return cpus >= LEAST_CPUS;
}

/** What was used up to a moment. */
interface Reading {
  at: number;
  builds: number;
  apps: number;
}

/**
 * Sees to it, while builds run, that they give way to apps and yet come to an end, and that they leave one processor to apps that are at work: who answers a
 * visitor should not have to wait even until a build is off the processor.
 */
export class BuildCourtesy {
  private timer: NodeJS.Timeout | null = null;
  private last: Reading | null = null;
  private weight: Weight = 'least';
  private atWorkUntil = 0;
  private leaves = false;

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
    this.weight = 'least';
    this.atWorkUntil = 0;
  }

  private async look(): Promise<void> {
    const now = await this.read();
    const before = this.last;
    if (this.timer === null) return;
    this.last = now;
    if (before === null) return;
    const cpus = (of: 'builds' | 'apps') => ((now[of] - before[of]) * 1000) / (now.at - before.at);
    if (cpus('apps') >= AT_WORK_CPUS) this.atWorkUntil = now.at + AT_WORK_MS;
    await this.weigh(mayGiveWay(cpus('builds')) ? 'least' : 'usual');
    await this.leave(now.at < this.atWorkUntil);
  }

  /** What is of the Engine's and not of a step is of apps. */
  private async read(): Promise<Reading> {
    const groups = [
      cellGroup(this.parent, this.root),
      Cgroup.at(this.parent, this.root),
      buildGroup(this.parent, this.root),
    ];
    const [builds = 0, engine = 0, steps = 0] = await Promise.all(
      groups.map(async (group) => cpuSecondsOf(await group)),
    );
    return { at: performance.now(), builds, apps: engine - steps };
  }

  /** Steps come and go: it is said at every look, and taken back once. */
  private async leave(leaves: boolean): Promise<void> {
    if (!leaves && !this.leaves) return;
    this.leaves = leaves;
    await leaveOneToApps(this.parent, leaves, this.root);
  }

  private async weigh(weight: Weight): Promise<void> {
    // Whoever opens another build makes all of them give way again.
    if (weight === 'least' && this.weight === 'least') return;
    this.weight = weight;
    await weigh(await cellGroup(this.parent, this.root), weight);
  }
}
