import { availableParallelism } from 'node:os';
import { cpuPeriodUs, quotaWords } from '#libs/config/cpu-quota.js';
import { Cgroup, ignoreMissing } from './cgroups.js';

/** What a build's processes may use. */
export interface BuildLimits {
  memoryMb: number;
  cpus: number;
  pids: number;
}

/** The least and the usual weight of a cgroup against its neighbours, on v1 and v2. */
const SHARES = { least: 2, usual: 1024 };
const WEIGHT = { least: 1, usual: 100 };

/** The cgroup that every build step of an Engine is below: BuildKit makes `<parent>/buildkit/<step>`. */
export function buildGroup(parent: string, root?: string): Promise<Cgroup> {
  return Cgroup.at(`${parent}/buildkit`, root);
}

/**
 * The cgroup that the cells of builds are below. It is the Engine's neighbour, not its child: what the kernel gives to builds is then
 * not taken from the share of the apps, and everything else on the host comes before builds, not the Engine's containers alone.
 */
export function cellGroup(parent: string, root?: string): Promise<Cgroup> {
  return Cgroup.at(`${parent}-builds`, root);
}

/**
 * Caps all build steps of an Engine together: whatever a single build does, this holds, since BuildKit takes no limits and
 * puts its steps here itself. The same holds for all cells together. Works on cgroup v1 and v2, and may be repeated. Needs root and an Engine
 * whose cgroup parent is Berth's own. `root` is another place for tests.
 */
export async function capBuilds(parent: string, limits: BuildLimits, root?: string): Promise<void> {
  const [group, cells] = await Promise.all([buildGroup(parent, root), cellGroup(parent, root)]);
  for (const each of [group, cells]) await each.make();
  // Controllers reach a child only where each parent passes them on.
  for (const each of [await Cgroup.at(parent, root), group, cells]) if (each.unified) await passOn(each);
  for (const each of [group, cells]) {
    await setLimits(each, limits);
    // Idle for the scheduler, as builds once were, a group takes no weight.
    await each.write('cpu', 'cpu.idle', 0).catch(ignoreMissing);
    await weigh(each, 'least');
  }
}

export type Weight = keyof typeof SHARES;

/** Lets a cgroup have the processor when hardly anybody else wants it (`least`), or in its turn (`usual`). */
export function weigh(group: Cgroup, weight: Weight): Promise<void> {
  const [file, value] = group.unified ? ['cpu.weight', WEIGHT[weight]] : ['cpu.shares', SHARES[weight]];
  return group.write('cpu', file, value).catch(ignoreMissing);
}

async function passOn(group: Cgroup): Promise<void> {
  await group.write('memory', 'cgroup.subtree_control', '+memory +cpu +pids');
}

/** Writes limits to a cgroup. */
export async function setLimits(group: Cgroup, limits: BuildLimits): Promise<void> {
  const bytes = limits.memoryMb * 1024 * 1024;
  const { file, text } = quotaWords(group.unified ? 2 : 1, quotaOf(limits.cpus));
  await group.write('pids', 'pids.max', limits.pids);
  if (group.unified) {
    await group.write('memory', 'memory.max', bytes);
    await group.write('memory', 'memory.swap.max', 0).catch(ignoreMissing);
    await group.write('cpu', file, text);
    return;
  }
  await setLegacyMemory(group, bytes);
  await group.write('cpu', 'cpu.cfs_period_us', cpuPeriodUs);
  await group.write('cpu', file, text);
}

/**
 * The quota in processors; null: none. A quota that is spent holds the cgroup's threads back all at once, and lets them go on all at once: that
 * disturbs its neighbours more than threads of the least weight that never rest.
 */
function quotaOf(cpus: number): number | null {
  return cpus < availableParallelism() ? cpus : null;
}

/** Memory with swap may never be below memory alone, so raising and lowering want opposite orders; the second try does the other. */
async function setLegacyMemory(group: Cgroup, bytes: number): Promise<void> {
  const memory = () => group.write('memory', 'memory.limit_in_bytes', bytes);
  const withSwap = () => group.write('memory', 'memory.memsw.limit_in_bytes', bytes).catch(ignoreMissing);
  try {
    await memory();
    await withSwap();
  } catch {
    await withSwap();
    await memory();
  }
}
