import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { BuildCourtesy, mayGiveWay } from './build-courtesy.js';
import { capBuilds } from './build-limits.js';

let root: string;
let courtesy: BuildCourtesy;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cgroup-'));
  await capBuilds('berth', { memoryMb: 512, cpus: 1.5, pids: 300 }, root);
  await mkdir(join(root, 'cpuacct/berth-builds'), { recursive: true });
  courtesy = new BuildCourtesy('berth', root);
});
afterEach(async () => {
  courtesy.stop();
  await rm(root, { recursive: true });
});

const shares = () => readFile(join(root, 'cpu/berth-builds/cpu.shares'), 'utf8');
const used = (seconds: number) =>
  writeFile(join(root, 'cpuacct/berth-builds/cpuacct.usage'), String(seconds * 1e9));

describe('builds beside apps', () => {
  it('give way while they get on, and not when they get nothing', () => {
    expect(mayGiveWay(1.5)).toBe(true);
    expect(mayGiveWay(0)).toBe(false);
  });

  it('leave one processor to apps as long as these are at work', async () => {
    await mkdir(join(root, 'cpuset/berth/buildkit/step'), { recursive: true });
    await writeFile(join(root, 'cpuset/berth/buildkit/cpuset.cpus'), '0-1');
    const cores = () =>
      readFile(join(root, 'cpuset/berth/buildkit/step/cpuset.cpus'), 'utf8').catch(() => null);
    await mkdir(join(root, 'cpuacct/berth'), { recursive: true });
    let seconds = 1;
    const appsWork = async () => {
      await writeFile(join(root, 'cpuacct/berth/cpuacct.usage'), String((seconds += 1e6) * 1e9));
      return (await cores()) === '1';
    };
    courtesy.start();
    await waitFor('one processor less', appsWork, { timeoutMs: 20_000 });
    await waitFor('all of them', async () => (await cores()) === '0-1', { timeoutMs: 20_000 });
  });

  it('take their turn when they got nothing, and give way again when they had something', async () => {
    await used(1);
    courtesy.start();
    await waitFor('the turn', async () => (await shares()) === '1024', { timeoutMs: 20_000 });
    let seconds = 1;
    const givesWay = async () => {
      await used((seconds += 1e6));
      return (await shares()) === '2';
    };
    await waitFor('giving way', givesWay, { timeoutMs: 20_000 });
  });
});
