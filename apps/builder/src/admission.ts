import { availableParallelism, freemem, loadavg } from 'node:os';
import { freeMb } from '#libs/config/free-mb.js';
import type { Env } from '#libs/config/env.js';
import { holdBuild, type Hold, type HostPressure } from '#libs/core/admission.js';
import { BerthError } from '#libs/core/errors.js';
import { allowanceOf } from './build-limits.js';

/**
 * Refuses a build while the disk is short: a full disk would stop running apps too. First `makeRoom` may free what can be spared.
 * Throws `disk_short`.
 */
export async function admit(home: string, minFreeMb: number, makeRoom: () => Promise<void>): Promise<void> {
  if ((await freeMb(home)) >= minFreeMb) return;
  await makeRoom();
  const left = await freeMb(home);
  if (left >= minFreeMb) return;
  throw new BerthError(
    'disk_short',
    `The host has ${left} MiB of free disk; a build starts only with ${minFreeMb} MiB (BERTH_MIN_FREE_DISK_MB). Free some disk, then retry the deployment.`,
    { details: { freeMb: left, minFreeMb } },
  );
}

/** Why no further build begins on this host now, beside so many that run; null when one may. */
export async function holdNow(env: Env, running: number): Promise<Hold | null> {
  return holdBuild(await pressureOf(env.BERTH_HOME), running, {
    concurrency: env.BERTH_BUILD_CONCURRENCY,
    minFreeMemoryMb: env.BERTH_MIN_FREE_MEMORY_MB,
    minFreeDiskMb: env.BERTH_MIN_FREE_DISK_MB,
    buildMemoryMb: allowanceOf(env).memoryMb,
    maxLoadPerCpu: env.BERTH_BUILD_MAX_LOAD,
  });
}

async function pressureOf(home: string): Promise<HostPressure> {
  return {
    // Linux: MemAvailable, which counts the file cache that can be given up.
    availableMb: Math.floor(freemem() / 1024 / 1024),
    freeDiskMb: await freeMb(home),
    loadPerCpu: (loadavg()[0] ?? 0) / availableParallelism(),
  };
}
