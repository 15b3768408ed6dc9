import { Cgroup, ignoreMissing } from './cgroups.js';

/** What a build's processes may use. */
export interface BuildLimits {
  memoryMb: number;
  cpus: number;
  pids: number;
}

const CPU_PERIOD_US = 100_000;
/** Of 1024, or 100 on v2: what builds have of the processor where the kernel knows no idle cgroups, which came with Linux 5.15. */
const LOW_SHARES = 102;
const LOW_WEIGHT = 10;

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
 * puts its steps here itself. The same holds for all cells together. Works on cgroup v1 and v2, may be repeated, and gives what is now in
 * force. Needs root and an Engine whose cgroup parent is Berth's own. `root` is another place for tests.
 */
export async function capBuilds(parent: string, limits: BuildLimits, root?: string): Promise<BuildLimits> {
  const [group, cells] = await Promise.all([buildGroup(parent, root), cellGroup(parent, root)]);
  for (const each of [group, cells]) await each.make();
  // Controllers reach a child only where each parent passes them on.
  for (const each of [await Cgroup.at(parent, root), group, cells]) if (each.unified) await passOn(each);
  await setLimits(group, limits);
  await giveLess(group);
  await setLimits(cells, limits);
  if (!(await giveWay(cells, true))) await giveLess(cells);
  return limitsOf(group);
}

/**
 * Lets a cgroup have the processor only while nobody else wants it (`idle`), or in its turn. What wakes up then runs at once, whatever the
 * cgroup does. False on kernels that do not know it.
 */
export function giveWay(group: Cgroup, idle: boolean): Promise<boolean> {
  return group.write('cpu', 'cpu.idle', idle ? 1 : 0).then(
    () => true,
    () => false,
  );
}

async function giveLess(group: Cgroup): Promise<void> {
  const [file, value] = group.unified ? ['cpu.weight', LOW_WEIGHT] : ['cpu.shares', LOW_SHARES];
  await group.write('cpu', file, value).catch(ignoreMissing);
}

async function passOn(group: Cgroup): Promise<void> {
  await group.write('memory', 'cgroup.subtree_control', '+memory +cpu +pids');
}

/** Writes limits to a cgroup. */
export async function setLimits(group: Cgroup, limits: BuildLimits): Promise<void> {
  const bytes = limits.memoryMb * 1024 * 1024;
  const quota = Math.round(limits.cpus * CPU_PERIOD_US);
  await group.write('pids', 'pids.max', limits.pids);
  if (group.unified) {
    await group.write('memory', 'memory.max', bytes);
    await group.write('memory', 'memory.swap.max', 0).catch(ignoreMissing);
    await group.write('cpu', 'cpu.max', `${quota} ${CPU_PERIOD_US}`);
    return;
  }
  await setLegacyMemory(group, bytes);
  await group.write('cpu', 'cpu.cfs_period_us', CPU_PERIOD_US);
  await group.write('cpu', 'cpu.cfs_quota_us', quota);
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

/** What the kernel says is in force. */
async function limitsOf(group: Cgroup): Promise<BuildLimits> {
  const [memory, cpu, pids] = await Promise.all([
    group.number('memory', group.unified ? 'memory.max' : 'memory.limit_in_bytes'),
    group.read('cpu', group.unified ? 'cpu.max' : 'cpu.cfs_quota_us'),
    group.number('pids', 'pids.max'),
  ]);
  return {
    memoryMb: Math.round(memory / 1024 / 1024),
    cpus: Number(cpu.split(' ')[0]) / CPU_PERIOD_US,
    pids,
  };
}
