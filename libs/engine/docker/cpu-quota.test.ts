import { describe, expect, it } from 'vitest';
import { quotaWords } from '#libs/config/cpu-quota.js';
import { findPlace } from './cgroup-place.js';

const id = 'e9146917d437d319b94ed68e50862447767d2d741d66a8094dec791cab588d5e';

describe('how much of the processors a container may have', () => {
  it.each([
    { version: 1, cpus: 1.5, file: 'cpu.cfs_quota_us', text: '150000' },
    { version: 1, cpus: null, file: 'cpu.cfs_quota_us', text: '-1' },
    { version: 2, cpus: 0.25, file: 'cpu.max', text: '25000 100000' },
    { version: 2, cpus: null, file: 'cpu.max', text: 'max 100000' },
  ] as const)('is $text in $file for $cpus', ({ version, cpus, ...words }) => {
    expect(quotaWords(version, cpus)).toEqual(words);
  });

  it('is said in the hierarchy of that controller', () => {
    const mounts =
      '37 31 0:34 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n' +
      '38 31 0:35 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n';
    const cgroup = `6:freezer:/berth/${id}\n4:cpu,cpuacct:/berth/${id}\n`;
    expect(findPlace(cgroup, mounts, id, 'cpu')).toEqual({
      version: 1,
      directory: `/sys/fs/cgroup/cpu,cpuacct/berth/${id}`,
    });
  });
});
