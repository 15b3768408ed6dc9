import type { ErrorCode } from './error-codes.js';

/** What one build may use; every number is per build. */
export interface BuildAllowance {
  memoryMb: number;
  cpus: number;
  pids: number;
  /** Disk that may be written while it runs. */
  diskMb: number;
  seconds: number;
}

/** What is seen of a build under way at one moment. Counters grow. */
export interface BuildSample {
  /** Milliseconds. */
  at: number;
  freeDiskMb: number;
  pids: number;
  refusedForks: number;
  memoryKills: number;
}

/** Why a build is to be stopped. `disk_budget`: it wrote too much; `disk_host`: the host has too little left. */
export type BuildBreach = 'memory' | 'pids' | 'disk_budget' | 'disk_host';

/** A build whose processes are killed so often starts them anew each time: it will not end by itself. */
const KILLS = 10;
/** A build that is refused forks all the time for so long does nothing else. A busy one that meets the limit goes on. */
const FORKING_MS = 3_000;

/**
 * Watches one build by samples. A build that fails by a limit fails by itself; this is for those that would go on for ever,
 * and for the disk, for which the kernel knows no limit of a build. Pure: the samples are the caller's.
 */
export class BuildWatch {
  private readonly freeAtStart: number;
  private last: BuildSample;
  /** Since when every sample brought refused forks. */
  private forkingSince: number | null = null;

  constructor(
    private readonly limits: Pick<BuildAllowance, 'pids' | 'diskMb'> & { minFreeDiskMb: number },
    first: BuildSample,
  ) {
    this.freeAtStart = first.freeDiskMb;
    this.last = first;
  }

  /** The breach that this sample shows, or null. */
  see(sample: BuildSample): BuildBreach | null {
    const forking = sample.refusedForks > this.last.refusedForks && sample.pids >= this.limits.pids / 2;
    this.forkingSince = forking ? (this.forkingSince ?? this.last.at) : null;
    this.last = sample;
    if (sample.freeDiskMb < this.limits.minFreeDiskMb) return 'disk_host';
    if (this.freeAtStart - sample.freeDiskMb > this.limits.diskMb) return 'disk_budget';
    if (sample.memoryKills >= KILLS) return 'memory';
    if (this.forkingSince !== null && sample.at - this.forkingSince >= FORKING_MS) return 'pids';
    return null;
  }
}

/**
 * How much of a moment, in ms, a build waited for a processor: a command of it wanted to go on, and others had it. Builds give way to apps, and their time
 * is not counted against them meanwhile. Pure.
 */
export function waitedMs({ ms, cpuMs, wanting }: { ms: number; cpuMs: number; wanting: boolean }): number {
  return wanting ? Math.max(0, ms - cpuMs) : 0;
}

/** What a build's own commands have on the disk. */
export interface DiskShare {
  writtenMb: number;
  /** How much of it came in the last moment. */
  grownMb: number;
  /** Milliseconds. */
  since: number;
}

/**
 * The build that ends where the host is short of disk: the one that grows most, so that it takes no other with it. Where none grows, the Engine's work for one of
 * them fills the disk (copies of the source, base images), and that is most likely what began last. Null when there are none. Pure.
 */
export function mostGrown<T extends DiskShare>(builds: readonly T[]): T | null {
  const order = (a: T, b: T): number =>
    b.grownMb - a.grownMb || b.writtenMb - a.writtenMb || b.since - a.since;
  return builds.toSorted(order)[0] ?? null;
}

/** What the owner of a stopped build is told: a code, and a sentence with what to do. */
export function breachText(
  breach: BuildBreach,
  limits: BuildAllowance & { minFreeDiskMb: number },
): { code: ErrorCode; message: string; hint: string } {
  switch (breach) {
    case 'memory':
      return {
        code: 'build_out_of_memory',
        message: `The build needed more memory than the ${limits.memoryMb} MiB that one build may use, and its processes were stopped.`,
        hint: 'Let the build do less at once (fewer workers, a smaller heap), or ask the host’s operator to raise BERTH_BUILD_MEMORY_MB.',
      };
    case 'pids':
      return {
        code: 'build_too_many_processes',
        message: `The build started more than the ${limits.pids} processes and threads that one build may have, and was refused more.`,
        hint: 'Look for a script that starts itself, or limit the number of workers. The host’s operator can raise BERTH_BUILD_PIDS.',
      };
    case 'disk_budget':
      return {
        code: 'build_disk_full',
        message: `The build wrote more than the ${limits.diskMb} MiB of disk that one build may use, and was stopped.`,
        hint: 'Remove what a step does not need in that same step, and keep large data out of the image. The host’s operator can raise BERTH_BUILD_DISK_MB.',
      };
    case 'disk_host':
      return {
        code: 'build_disk_full',
        message: `The build was stopped because it left the host less than ${limits.minFreeDiskMb} MiB of free disk, which running apps need.`,
        hint: 'Write less in the build, or free some disk on the host and retry. The host’s operator can change BERTH_MIN_FREE_DISK_MB.',
      };
  }
}
