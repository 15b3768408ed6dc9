import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cgroup } from './cgroups.js';
import { cellGroup, setLimits, type BuildLimits } from './build-limits.js';

/** What a build's processes used, as the kernel counted it. */
export interface BuildUsage {
  /** Highest use, with the file cache that the kernel charged to it. */
  peakMemoryMb: number;
  cpuSeconds: number;
  /** Most processes and threads at once; null where the kernel does not keep it. */
  peakPids: number | null;
}

/** Signs that a build is at its limits. */
export interface BuildPressure {
  /** Processes that the kernel killed for want of memory. */
  memoryKills: number;
  /** Forks that were refused. */
  refusedForks: number;
  pids: number;
}

/** No more threads than this are looked at. */
const MOST_THREADS = 200;
const PREFIX = 'build-';
/** A killed build's processes are gone long before. */
const CLOSE_MS = 10_000;

/** Processor time that a cgroup has had. */
export async function cpuSecondsOf(group: Cgroup): Promise<number> {
  return group.unified
    ? (await group.counter('cpu', 'cpu.stat', 'usage_usec')) / 1e6
    : (await group.number('cpuacct', 'cpuacct.usage')) / 1e9;
}

/**
 * The cgroup of one build, below the one of all builds' cells. BuildKit gives each step a cgroup of its own that vanishes with the
 * step; StepMover moves the steps' processes here, so that one limit holds for a whole build and its counters last.
 */
export class BuildCell {
  private constructor(
    readonly name: string,
    readonly group: Cgroup,
  ) {}

  /** `id` is the build's, a uuid. Needs what capBuilds needs, and that it has been called. */
  static async open(parent: string, id: string, limits: BuildLimits, root?: string): Promise<BuildCell> {
    const group = await (await cellGroup(parent, root)).child(`${PREFIX}${id}`);
    await group.make();
    await setLimits(group, limits);
    return new BuildCell(`${PREFIX}${id}`, group);
  }

  async usage(): Promise<BuildUsage> {
    const { group } = this;
    const [memory, cpuSeconds, pids] = await Promise.all([
      group.number('memory', group.unified ? 'memory.peak' : 'memory.max_usage_in_bytes'),
      cpuSecondsOf(group),
      group.number('pids', 'pids.peak'),
    ]);
    return {
      peakMemoryMb: Math.ceil(memory / 1024 / 1024),
      cpuSeconds: Math.round(cpuSeconds * 100) / 100,
      peakPids: pids === 0 ? null : pids,
    };
  }

  async pressure(): Promise<BuildPressure> {
    const { group } = this;
    const [memoryKills, refusedForks, pids] = await Promise.all([
      group.counter('memory', group.unified ? 'memory.events' : 'memory.oom_control', 'oom_kill'),
      group.counter('pids', 'pids.events', 'max'),
      group.number('pids', 'pids.current'),
    ]);
    return { memoryKills, refusedForks, pids };
  }

  cpuSeconds(): Promise<number> {
    return cpuSecondsOf(this.group);
  }

  /** Has one of its threads the processor now, or waits for it? */
  async wantsCpu(proc = '/proc'): Promise<boolean> {
    for (const id of (await this.group.threads()).slice(0, MOST_THREADS)) {
      const stat = await readFile(`${proc}/${id}/stat`, 'latin1').catch(() => '');
      if (stat.slice(stat.lastIndexOf(')') + 1).startsWith(' R ')) return true;
    }
    return false;
  }

  /** Removes it once its last process has ended, or gives up: an empty cgroup does no harm. */
  async close(): Promise<void> {
    for (const until = Date.now() + CLOSE_MS; !(await this.group.remove()) && Date.now() < until;) {
      await delay(100, undefined, { ref: false });
    }
  }
}
