import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuildCell } from './build-cell.js';
import { capBuilds } from './build-limits.js';
import { Cgroup } from './cgroups.js';

const limits = { memoryMb: 512, cpus: 0.5, pids: 300 };
const file = (path: string) => readFile(join(root, path), 'utf8');
const put = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
};
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cgroup-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('limits of all builds', () => {
  it('are written where cgroup v2 keeps them, with the controllers passed on', async () => {
    await put('cgroup.controllers', '');
    await capBuilds('berth', limits, root);
    for (const group of ['berth', 'berth/buildkit', 'berth-builds'])
      expect(await file(`${group}/cgroup.subtree_control`)).toBe('+memory +cpu +pids');
    for (const group of ['berth/buildkit', 'berth-builds'])
      expect(await file(`${group}/cpu.max`)).toBe('50000 100000');
    for (const group of ['berth/buildkit', 'berth-builds']) {
      expect(await file(`${group}/cpu.weight`)).toBe('1');
      expect(await file(`${group}/memory.max`)).toBe('536870912');
      expect(await file(`${group}/pids.max`)).toBe('300');
    }
  });

  it('are written where cgroup v1 keeps them', async () => {
    await capBuilds('berth/x', limits, root);
    expect(await file('memory/berth/x/buildkit/memory.limit_in_bytes')).toBe('536870912');
    for (const group of ['berth/x/buildkit', 'berth/x-builds']) {
      expect(await file(`cpu/${group}/cpu.shares`)).toBe('2');
      expect(await file(`cpu/${group}/cpu.cfs_quota_us`)).toBe('50000');
      expect(await file(`pids/${group}/pids.max`)).toBe('300');
    }
  });

  it.each([
    ['v1', 'cpu/berth-builds/cpu.cfs_quota_us', '-1'],
    ['v2', 'berth-builds/cpu.max', 'max 100000'],
  ])('make no quota on cgroup %s of as many processors as there are', async (version, path, quota) => {
    if (version === 'v2') await put('cgroup.controllers', '');
    await capBuilds('berth', { ...limits, cpus: availableParallelism() }, root);
    expect(await file(path)).toBe(quota);
  });

  it('hold where an earlier Berth made builds idle, which takes no weight', async () => {
    await put('cpu/berth-builds/cpu.idle', '1');
    await capBuilds('berth', limits, root);
    expect(await file('cpu/berth-builds/cpu.idle')).toBe('0');
  });

  it('never leave the cgroup tree', async () => {
    for (const parent of ['../x', '/x', 'a/../../x', '', 'a/./b'])
      await expect(capBuilds(parent, limits, root)).rejects.toThrow(RangeError);
  });
});

describe('the cell of one build', () => {
  it('has limits and counters of its own on cgroup v2', async () => {
    await put('cgroup.controllers', '');
    const cell = await BuildCell.open('berth', 'a-b', limits, root);
    expect(await file('berth-builds/build-a-b/memory.max')).toBe('536870912');
    await put('berth-builds/build-a-b/memory.peak', String(10 * 1024 * 1024));
    await put('berth-builds/build-a-b/cpu.stat', 'usage_usec 2500000\nuser_usec 1\n');
    await put('berth-builds/build-a-b/memory.events', 'oom 3\noom_kill 2\noom_group_kill 0\n');
    await put('berth-builds/build-a-b/pids.events', 'max 7\n');
    expect(await cell.usage()).toEqual({ peakMemoryMb: 10, cpuSeconds: 2.5, peakPids: null });
    expect(await cell.pressure()).toEqual({ memoryKills: 2, refusedForks: 7, pids: 0 });
  });

  it('has them on cgroup v1', async () => {
    const cell = await BuildCell.open('berth', 'a-b', limits, root);
    const folder = (controller: string) => `${controller}/berth-builds/build-a-b`;
    await put(`${folder('memory')}/memory.max_usage_in_bytes`, String(10 * 1024 * 1024));
    await put(`${folder('cpuacct')}/cpuacct.usage`, '2500000000\n');
    await put(`${folder('memory')}/memory.oom_control`, 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n');
    await put(`${folder('pids')}/pids.peak`, '9\n');
    expect(await cell.usage()).toEqual({ peakMemoryMb: 10, cpuSeconds: 2.5, peakPids: 9 });
    expect(await cell.pressure()).toMatchObject({ memoryKills: 2, refusedForks: 0 });
  });

  it('is gone once it is empty, and stays while it is not', async () => {
    const group = await Cgroup.at('berth/x', root);
    await group.make();
    await put('pids/berth/x/held', '');
    expect(await group.remove()).toBe(false);
    await rm(join(root, 'pids/berth/x/held'));
    expect(await group.remove()).toBe(true);
    expect(await group.remove()).toBe(true);
  });
});
