import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capBuilds, watchMemory } from './build-limits.js';

const limits = { memoryMb: 512, cpus: 1.5, pids: 300 };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cgroup-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('build limits', () => {
  it('are written where cgroup v2 keeps them, with the controllers passed on', async () => {
    await mkdir(join(root, 'berth'));
    await writeFile(join(root, 'cgroup.controllers'), '');
    expect(await capBuilds('berth', limits, root)).toEqual(limits);
    expect(await readFile(join(root, 'berth/cgroup.subtree_control'), 'utf8')).toBe('+memory +cpu +pids');
    expect(await readFile(join(root, 'berth/buildkit/cpu.max'), 'utf8')).toBe('150000 100000');
  });

  it('are written where cgroup v1 keeps them', async () => {
    expect(await capBuilds('berth/x', limits, root)).toEqual(limits);
    expect(await readFile(join(root, 'memory/berth/x/buildkit/memory.limit_in_bytes'), 'utf8')).toBe(
      '536870912',
    );
  });

  it('are seen to be met on cgroup v2 by the kernel’s count of kills', async () => {
    await mkdir(join(root, 'berth/buildkit'), { recursive: true });
    await writeFile(join(root, 'cgroup.controllers'), '');
    const events = join(root, 'berth/buildkit/memory.events');
    await writeFile(events, 'oom 2\noom_kill 2\n');
    const met = await watchMemory('berth', root);
    expect(await met()).toBe(false);
    await writeFile(events, 'oom 3\noom_kill 3\n');
    expect(await met()).toBe(true);
  });

  it('are seen to be met on cgroup v1 by the highest use', async () => {
    const group = join(root, 'memory/berth/buildkit');
    await mkdir(group, { recursive: true });
    await writeFile(join(group, 'memory.limit_in_bytes'), '1000');
    const met = await watchMemory('berth', root);
    expect(await met()).toBe(false);
    await writeFile(join(group, 'memory.max_usage_in_bytes'), '1000');
    expect(await met()).toBe(true);
  });

  it('never leave the cgroup tree', async () => {
    for (const parent of ['../x', '/x', 'a/../../x', '']) {
      await expect(capBuilds(parent, limits, root)).rejects.toThrow(RangeError);
    }
  });
});
