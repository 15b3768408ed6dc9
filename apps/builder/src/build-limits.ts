import { totalmem } from 'node:os';
import type { Env } from '#libs/config/env.js';
import type { BuildAllowance } from '#libs/core/build-watch.js';
import type { BuildLimits } from '#libs/images/build-limits.js';

/** Share of the host's memory that builds may have at most, however many there are. */
const MOST_OF_MEMORY = 0.75;

/** What one build may use on this host. */
export function allowanceOf(env: Env, hostMemoryMb = totalmem() / 1024 / 1024): BuildAllowance {
  return {
    memoryMb: Math.floor(Math.min(env.BERTH_BUILD_MEMORY_MB, hostMemoryMb * MOST_OF_MEMORY)),
    cpus: env.BERTH_BUILD_CPUS,
    pids: env.BERTH_BUILD_PIDS,
    diskMb: env.BERTH_BUILD_DISK_MB,
    seconds: env.BERTH_BUILD_TIMEOUT_S,
  };
}

/** What all builds of this host may use together. The processors are shared, the memory is not lent twice. */
export function groupLimitsOf(env: Env, hostMemoryMb = totalmem() / 1024 / 1024): BuildLimits {
  const { memoryMb, cpus, pids } = allowanceOf(env, hostMemoryMb);
  return {
    memoryMb: Math.floor(Math.min(memoryMb * env.BERTH_BUILD_CONCURRENCY, hostMemoryMb * MOST_OF_MEMORY)),
    cpus,
    pids: pids * env.BERTH_BUILD_CONCURRENCY,
  };
}
