/** How a host is doing, as far as it decides whether another build may begin. */
export interface HostPressure {
  /** Memory that can be had without swapping. */
  availableMb: number;
  freeDiskMb: number;
  /** Load average of the last minute for each processor. */
  loadPerCpu: number;
}

export interface AdmissionLimits {
  /** Builds that this builder works on at a time. */
  concurrency: number;
  /** Memory that is left to running apps. */
  minFreeMemoryMb: number;
  minFreeDiskMb: number;
  /** Memory that one build may use. */
  buildMemoryMb: number;
  maxLoadPerCpu: number;
}

/** Why no build is begun now. */
export interface Hold {
  reason: 'slots' | 'memory' | 'load' | 'disk' | 'quota';
  /** A sentence for the owner of a waiting deployment. */
  message: string;
}

/**
 * May another build begin? null: it may. The first one needs the reserve of memory alone, however busy the host is, so that a
 * host that is never calm still builds, and has room made where the disk is short, or fails for it. Each further one wants half
 * of a build's memory more, disk, and a load that leaves it something. Pure.
 */
export function holdBuild(pressure: HostPressure, running: number, limits: AdmissionLimits): Hold | null {
  if (running >= limits.concurrency) {
    return { reason: 'slots', message: `${running} of ${limits.concurrency} builds are running.` };
  }
  if (running > 0 && pressure.freeDiskMb < limits.minFreeDiskMb) {
    return {
      reason: 'disk',
      message: `The host has ${pressure.freeDiskMb} MiB of free disk; another build starts with ${limits.minFreeDiskMb} MiB or more.`,
    };
  }
  const wanted = limits.minFreeMemoryMb + (running === 0 ? 0 : Math.floor(limits.buildMemoryMb / 2));
  if (pressure.availableMb < wanted) {
    return {
      reason: 'memory',
      message: `The host has ${pressure.availableMb} MiB of free memory; ${another(running)} starts with ${wanted} MiB or more.`,
    };
  }
  if (running > 0 && pressure.loadPerCpu > limits.maxLoadPerCpu) {
    return {
      reason: 'load',
      message: `The host is busy (load ${pressure.loadPerCpu.toFixed(1)} for each processor); ${another(running)} starts below ${limits.maxLoadPerCpu}.`,
    };
  }
  return null;
}

function another(running: number): string {
  return running === 0 ? 'a build' : 'another build';
}

/** What a waiting deployment is told of its place, counted from 1. */
export function waitingText(position: number, of: number, hold: Hold | null): string {
  const place =
    of === 1 ? 'next in line' : position === 1 ? `next of ${of} in line` : `${position} of ${of} in line`;
  return `Waiting to be built: ${place}. ${hold?.message ?? 'A builder takes the next one in a moment.'}`;
}
