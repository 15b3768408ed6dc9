import { readdir } from 'node:fs/promises';
import { buildGroup, cellGroup } from './build-limits.js';
import type { Cgroup } from './cgroups.js';

/**
 * The processors of a list as the kernel writes it (`0-3,8`) that builds have while apps are at work: all but the first. Null where that would leave
 * them none.
 */
export function besideApps(list: string): string | null {
  const numbers = list
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    });
  return numbers.length < 2 ? null : numbers.slice(1).join(',');
}

/**
 * Leaves one processor to apps, or takes it back. On v1 a step keeps the cpuset that runc made for it, whatever cell it is in; on v2 there is one tree,
 * and the cells' group says it. Nothing happens where the kernel has no such controller.
 */
export async function leaveOneToApps(parent: string, leave: boolean, root?: string): Promise<void> {
  const [steps, cells] = await Promise.all([buildGroup(parent, root), cellGroup(parent, root)]);
  const all = await steps
    .read('cpuset', cells.unified ? 'cpuset.cpus.effective' : 'cpuset.cpus')
    .catch(() => '');
  const fewer = leave ? besideApps(all) : null;
  const write = (group: Cgroup, list: string) =>
    // A step may have ended meanwhile.
    group.write('cpuset', 'cpuset.cpus', list).catch(() => undefined);
  if (cells.unified) return write(cells, fewer ?? '');
  const entries = await readdir(steps.folder('cpuset'), { withFileTypes: true }).catch(() => []);
  for (const { name } of entries.filter((entry) => entry.isDirectory()))
    await write(await steps.child(name), fewer ?? all);
}
