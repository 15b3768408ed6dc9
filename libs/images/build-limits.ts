import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface BuildLimits {
  memoryMb: number;
  cpus: number;
  pids: number;
}

const CGROUP_ROOT = '/sys/fs/cgroup';
const CPU_PERIOD_US = 100_000;

/**
 * Caps all build steps of an Engine together. BuildKit takes no limits of a build; its commands run in cgroups below
 * `<parent>/buildkit`, so that one is capped. Works on cgroup v1 and v2, may be repeated, and gives what is now in force.
 * Needs root and an Engine whose cgroup parent is Berth's own. `root` is another place for tests.
 */
export async function capBuilds(
  parent: string,
  limits: BuildLimits,
  root = CGROUP_ROOT,
): Promise<BuildLimits> {
  if (!/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(parent) || parent.split('/').includes('..')) {
    throw new RangeError(`Not the name of a cgroup: ${parent}`);
  }
  return (await isUnified(root)) ? capUnified(join(root, parent), limits) : capLegacy(root, parent, limits);
}

async function isUnified(root: string): Promise<boolean> {
  return stat(join(root, 'cgroup.controllers')).then(
    () => true,
    () => false,
  );
}

async function capUnified(parent: string, limits: BuildLimits): Promise<BuildLimits> {
  const group = join(parent, 'buildkit');
  await mkdir(group, { recursive: true });
  // Controllers reach a child only where each parent passes them on.
  await writeFile(join(parent, 'cgroup.subtree_control'), '+memory +cpu +pids');
  await writeFile(join(group, 'memory.max'), String(bytes(limits)));
  await writeFile(join(group, 'memory.swap.max'), '0').catch(ignoreMissing);
  await writeFile(join(group, 'cpu.max'), `${quota(limits)} ${CPU_PERIOD_US}`);
  await writeFile(join(group, 'pids.max'), String(limits.pids));
  const [memory, cpu, pids] = await Promise.all(
    ['memory.max', 'cpu.max', 'pids.max'].map((file) => readFile(join(group, file), 'utf8')),
  );
  return inForce(memory, cpu?.split(' ')[0], pids);
}

async function capLegacy(root: string, parent: string, limits: BuildLimits): Promise<BuildLimits> {
  const group = (controller: string) => join(root, controller, parent, 'buildkit');
  await Promise.all(
    ['memory', 'cpu', 'pids'].map((controller) => mkdir(group(controller), { recursive: true })),
  );
  await capLegacyMemory(group('memory'), String(bytes(limits)));
  await writeFile(join(group('cpu'), 'cpu.cfs_period_us'), String(CPU_PERIOD_US));
  await writeFile(join(group('cpu'), 'cpu.cfs_quota_us'), String(quota(limits)));
  await writeFile(join(group('pids'), 'pids.max'), String(limits.pids));
  const [memory, cpu, pids] = await Promise.all([
    readFile(join(group('memory'), 'memory.limit_in_bytes'), 'utf8'),
    readFile(join(group('cpu'), 'cpu.cfs_quota_us'), 'utf8'),
    readFile(join(group('pids'), 'pids.max'), 'utf8'),
  ]);
  return inForce(memory, cpu, pids);
}

/** Memory with swap may never be below memory alone, so raising and lowering want opposite orders; the second try does the other. */
async function capLegacyMemory(group: string, limit: string): Promise<void> {
  const memory = join(group, 'memory.limit_in_bytes');
  const withSwap = join(group, 'memory.memsw.limit_in_bytes');
  try {
    await writeFile(memory, limit);
    await writeFile(withSwap, limit).catch(ignoreMissing);
  } catch {
    await writeFile(withSwap, limit).catch(ignoreMissing);
    await writeFile(memory, limit);
  }
}

/**
 * Watches the memory of build steps from now on; the function that it gives tells whether they met their limit since. On
 * cgroup v2 the kernel counts kills; on v1 it forgets them with the step's own cgroup, so there the highest use is compared
 * with the limit (a step that was killed while the use was at the limit was killed for it).
 */
export async function watchMemory(parent: string, root = CGROUP_ROOT): Promise<() => Promise<boolean>> {
  if (await isUnified(root)) {
    const events = join(root, parent, 'buildkit', 'memory.events');
    const before = await killsOf(events);
    return async () => (await killsOf(events)) > before;
  }
  const group = join(root, 'memory', parent, 'buildkit');
  await writeFile(join(group, 'memory.max_usage_in_bytes'), '0').catch(() => undefined);
  return async () => {
    const [most, limit] = await Promise.all([
      numberIn(join(group, 'memory.max_usage_in_bytes')),
      numberIn(join(group, 'memory.limit_in_bytes')),
    ]);
    return limit > 0 && most >= limit * 0.99;
  };
}

async function killsOf(path: string): Promise<number> {
  const events = await readFile(path, 'utf8').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0);
}

function numberIn(path: string): Promise<number> {
  return readFile(path, 'utf8').then(Number, () => 0);
}

/** Kernels without swap accounting do not have the file. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'EACCES') throw error;
}

function bytes({ memoryMb }: BuildLimits): number {
  return memoryMb * 1024 * 1024;
}

function quota({ cpus }: BuildLimits): number {
  return Math.round(cpus * CPU_PERIOD_US);
}

function inForce(memory: string | undefined, cpu: string | undefined, pids: string | undefined): BuildLimits {
  return {
    memoryMb: Math.round(Number(memory) / 1024 / 1024),
    cpus: Number(cpu) / CPU_PERIOD_US,
    pids: Number(pids),
  };
}
