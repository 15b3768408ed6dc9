/** The period of which a quota is a part, in microseconds; runc sets the same. */
export const cpuPeriodUs = 100_000;

/**
 * Which file says how much of the processors a cgroup may have, and in which words (Documentation/admin-guide/cgroup-v2.rst and
 * scheduler/sched-bwc.rst of the kernel); null: all of them.
 */
export function quotaWords(version: 1 | 2, cpus: number | null): { file: string; text: string } {
  const quotaUs = cpus === null ? null : Math.round(cpus * cpuPeriodUs);
  return version === 1
    ? { file: 'cpu.cfs_quota_us', text: String(quotaUs ?? -1) }
    : { file: 'cpu.max', text: `${quotaUs ?? 'max'} ${cpuPeriodUs}` };
}
