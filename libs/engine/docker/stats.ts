import type Docker from 'dockerode';
import type { ContainerStats } from '../port.js';

/** One answer of `/containers/ID/stats` in the port's words; null when the container does not run (all zero then). */
export function toStats(raw: Docker.ContainerStats): ContainerStats | null {
  const limit = raw.memory_stats?.limit;
  if (!limit) return null;
  const memory = raw.memory_stats;
  // Page cache that the kernel gives back at once is not the app's need: the same sum that `docker stats` shows.
  // cgroup v1 calls it total_inactive_file, v2 inactive_file.
  const details: { total_inactive_file?: number; inactive_file?: number } = memory.stats ?? {};
  const cache = details.total_inactive_file ?? details.inactive_file ?? 0;
  return {
    cpuNanos: raw.cpu_stats?.cpu_usage?.total_usage ?? 0,
    periods: raw.cpu_stats?.throttling_data?.periods ?? 0,
    throttledPeriods: raw.cpu_stats?.throttling_data?.throttled_periods ?? 0,
    memoryBytes: Math.max(0, (memory.usage ?? 0) - cache),
    memoryLimitBytes: limit,
    pids: raw.pids_stats?.current ?? 0,
  };
}
