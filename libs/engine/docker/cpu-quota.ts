import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { quotaWords } from '#libs/config/cpu-quota.js';
import { writeKernelFile } from '#libs/config/kernel-file.js';
import { findPlace, type CgroupPlace } from './cgroup-place.js';

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
