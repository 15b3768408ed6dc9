import { Cgroup, ignoreMissing } from './cgroups.js';

/** What a build's processes may use. */
export interface BuildLimits {
  memoryMb: number;
  cpus: number;
  pids: number;
}

const CPU_PERIOD_US = 100_000;
/** Of 1024, or 100 on v2: while an app of the same host wants the processor, builds have little of it. */
const LOW_SHARES = 102;
const LOW_WEIGHT = 10;

/** The cgroup that every build step of an Engine is below: BuildKit makes `<parent>/buildkit/<step>`. */
export function buildGroup(parent: string, root?: string): Promise<Cgroup> {
  return Cgroup.at(`${parent}/buildkit`, root);
}

/**
 * Caps all build steps of an Engine together: whatever a single build does, this holds, since BuildKit takes no limits and
 * puts its steps here itself. Works on cgroup v1 and v2, may be repeated, and gives what is now in force. Needs root and an
 * Engine whose cgroup parent is Berth's own. `root` is another place for tests.
 */
export async function capBuilds(parent: string, limits: BuildLimits, root?: string): Promise<BuildLimits> {
  const group = await buildGroup(parent, root);
  await group.make();
  // Controllers reach a child only where each parent passes them on.
  if (group.unified) await passOn(await Cgroup.at(parent, root));
  if (group.unified) await passOn(group);
  await setLimits(group, limits);
  return limitsOf(group);
}

async function passOn(group: Cgroup): Promise<void> {
  await group.write('memory', 'cgroup.subtree_control', '+memory +cpu +pids');
}

/** Writes limits to a cgroup, and that apps come before it. */
export async function setLimits(group: Cgroup, limits: BuildLimits): Promise<void> {
  const bytes = limits.memoryMb * 1024 * 1024;
  const quota = Math.round(limits.cpus * CPU_PERIOD_US);
  await group.write('pids', 'pids.max', limits.pids);
  if (group.unified) {
    await group.write('memory', 'memory.max', bytes);
    await group.write('memory', 'memory.swap.max', 0).catch(ignoreMissing);
    await group.write('cpu', 'cpu.max', `${quota} ${CPU_PERIOD_US}`);
    await group.write('cpu', 'cpu.weight', LOW_WEIGHT).catch(ignoreMissing);
    return;
  }
  await setLegacyMemory(group, bytes);
  await group.write('cpu', 'cpu.cfs_period_us', CPU_PERIOD_US);
  await group.write('cpu', 'cpu.cfs_quota_us', quota);
  await group.write('cpu', 'cpu.shares', LOW_SHARES).catch(ignoreMissing);
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
