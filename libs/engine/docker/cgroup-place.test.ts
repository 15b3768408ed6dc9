import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHierarchy, findPlace, siblingPlace } from './cgroup-place.js';

const id = 'e9146917d437d319b94ed68e50862447767d2d741d66a8094dec791cab588d5e';
const other = 'a0'.repeat(32);

const v1Mounts = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime shared:14 - cgroup cgroup rw,freezer
`;
const hybridMounts = `${v1Mounts}41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;
const v2Mounts =
  '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';

describe('the place of a container’s freezer', () => {
  it('is in the freezer hierarchy of version 1, with cgroupfs and with systemd as driver', () => {
    expect(findPlace(`8:pids:/docker/${id}\n6:freezer:/docker/${id}\n`, v1Mounts, id)).toEqual({
      version: 1,
      directory: `/sys/fs/cgroup/freezer/docker/${id}`,
    });
    expect(findPlace(`6:freezer,devices:/system.slice/docker-${id}.scope\n`, v1Mounts, id)).toEqual({
      version: 1,
      directory: `/sys/fs/cgroup/freezer/system.slice/docker-${id}.scope`,
    });
  });

  it('is in the only hierarchy of version 2, with cgroupfs and with systemd as driver', () => {
    expect(findPlace(`0::/berth-gf5t07/${id}\n`, v2Mounts, id)).toEqual({
      version: 2,
      directory: `/sys/fs/cgroup/berth-gf5t07/${id}`,
    });
    expect(findPlace(`0::/system.slice/docker-${id}.scope\n`, v2Mounts, id)).toEqual({
      version: 2,
      directory: `/sys/fs/cgroup/system.slice/docker-${id}.scope`,
    });
  });

  it('is that of version 1 on a hybrid host, or of version 2 where no freezer of version 1 is mounted', () => {
    const hybrid = `6:freezer:/berth/${id}\n4:memory:/outer/berth/${id}\n0::/berth/${id}\n`;
    expect(findPlace(hybrid, hybridMounts, id)?.directory).toBe(`/sys/fs/cgroup/freezer/berth/${id}`);
    expect(findPlace(hybrid, v2Mounts, id)).toEqual({ version: 2, directory: `/sys/fs/cgroup/berth/${id}` });
  });

  it('is the container’s own cgroup, also when the process is in one below it', () => {
    expect(findPlace(`0::/docker/${id}/init\n`, v2Mounts, id)?.directory).toBe(`/sys/fs/cgroup/docker/${id}`);
  });

  it('is seen through a mount that shows a part of the hierarchy, at a path with blanks', () => {
    const inner = '37 31 0:34 /outer /mnt/my\\040cgroup rw - cgroup2 cgroup2 rw\n';
    expect(findPlace(`0::/outer/docker/${id}\n`, inner, id)?.directory).toBe(`/mnt/my cgroup/docker/${id}`);
    expect(findPlace(`0::/outermost/docker/${id}\n`, inner, id)).toBeNull();
  });

  it('is nowhere when the process is another’s, out of sight, or the hierarchy read-only', () => {
    expect(findPlace(`0::/docker/${other}\n`, v2Mounts, id)).toBeNull();
    expect(findPlace('0::/user.slice/session-1.scope\n', v2Mounts, id)).toBeNull();
    expect(findPlace(`0::/docker/x${id}\n`, v2Mounts, id)).toBeNull();
    expect(findPlace(`0::/../docker/${id}\n`, v2Mounts, id)).toBeNull();
    expect(findPlace(`0::/docker/${id}\n`, v2Mounts.replace('rw,nosuid', 'ro,nosuid'), id)).toBeNull();
    expect(findPlace(`0::/docker/${id}\n`, '', id)).toBeNull();
    expect(findPlace('', hybridMounts, id)).toBeNull();
    expect(findPlace('0::/docker/web\n', v2Mounts, 'web')).toBeNull();
  });

  it('never names a directory that is not the container’s', () => {
    const part = fc.constantFrom(id, other, `docker-${id}.scope`, '..', 'docker', `${id}x`, 'init', '');
    const line = fc.record({
      head: fc.constantFrom('0::', '6:freezer:', '4:memory:'),
      parts: fc.array(part),
    });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.map(({ head, parts }) => `${head}/${parts.join('/')}`).join('\n');
        const place = findPlace(text, hybridMounts, id);
        if (place === null) return;
        expect(place.directory).toMatch(new RegExp(`^/sys/fs/cgroup/.*/(docker-)?${id}(\\.scope)?$`));
        expect(place.directory.split('/')).not.toContain('..');
      }),
    );
  });

  it('is guessed from another container’s for ids only', () => {
    const place = { version: 2 as const, directory: `/sys/fs/cgroup/system.slice/docker-${id}.scope` };
    expect(siblingPlace(place, id, other)?.directory).toBe(
      `/sys/fs/cgroup/system.slice/docker-${other}.scope`,
    );
    expect(siblingPlace(place, id, '../../etc')).toBeNull();
  });
});

describe('the hierarchy that this process sees', () => {
  it('is version 1 on a hybrid host, version 2 on a new one, none in a box', () => {
    expect(findHierarchy(hybridMounts)).toEqual({ version: 1, directory: '/sys/fs/cgroup/freezer' });
    expect(findHierarchy(v2Mounts)).toEqual({ version: 2, directory: '/sys/fs/cgroup' });
    expect(findHierarchy('31 23 0:28 / / rw - overlay overlay rw\n')).toBeNull();
  });
});
