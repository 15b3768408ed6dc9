import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { writeKernelFile } from '#libs/config/kernel-file.js';
import { findPlace, type CgroupPlace } from './cgroup-place.js';

/** The period of which a quota is a part, as runc sets it. */
const periodUs = 100_000;

/** Which file says how much of the processors a cgroup may have, and in which words; null: all of them. */
export function quotaWords(
  version: CgroupPlace['version'],
  cpus: number | null,
): { file: string; text: string } {
  const quotaUs = cpus === null ? null : Math.round(cpus * periodUs);
  return version === 1
    ? { file: 'cpu.cfs_quota_us', text: String(quotaUs ?? -1) }
    : { file: 'cpu.max', text: `${quotaUs ?? 'max'} ${periodUs}` };
}

/** Where the quota of the container `id` is, one of whose processes is `pid`; null when it has ended or is out of reach. */
export async function quotaPlace(id: string, pid: number): Promise<CgroupPlace | null> {
  const [cgroup, mountinfo] = await Promise.all([
    readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''),
    readFile('/proc/self/mountinfo', 'utf8'),
  ]);
  return findPlace(cgroup, mountinfo, id, 'cpu');
}

/** False when the cgroup is gone. */
export function writeQuota(place: CgroupPlace, cpus: number | null): boolean {
  const { file, text } = quotaWords(place.version, cpus);
  try {
    writeKernelFile(posix.join(place.directory, file), text);
    return true;
  } catch (error) {
    // ENODEV: it went while it was written to.
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
