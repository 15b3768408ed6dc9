import { writeFileSync } from 'node:fs';

/**
 * Writes to a file of the kernel's (of a cgroup). It never makes one: where the cgroup is gone this throws ENOENT. Synchronous on purpose: it takes some ten
 * microseconds, and by the thread pool it would wait behind slow disks.
 */
export function writeKernelFile(file: string, text: string): void {
  writeFileSync(file, text, { flag: 'r+' });
}
