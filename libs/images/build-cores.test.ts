import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { besideApps, leaveOneToApps } from './build-cores.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cgroup-'));
});
afterEach(() => rm(root, { recursive: true }));

const put = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
};
const file = (path: string) => readFile(join(root, path), 'utf8');

it.each([
  ['0-1\n', '1'],
  ['0-3', '1,2,3'],
  ['2,4-5', '4,5'],
  ['0', null],
  ['', null],
])('of the processors %s apps have one to themselves: builds have %s', (list, builds) =>
  expect(besideApps(list)).toBe(builds),
);

it('steps of builds leave one and get it back on cgroup v1', async () => {
  await put('cpuset/berth/buildkit/cpuset.cpus', '0-1\n');
  await put('cpuset/berth/buildkit/step/cpuset.cpus', '0-1\n');
  await leaveOneToApps('berth', true, root);
  expect(await file('cpuset/berth/buildkit/step/cpuset.cpus')).toBe('1');
  await leaveOneToApps('berth', false, root);
  expect(await file('cpuset/berth/buildkit/step/cpuset.cpus')).toBe('0-1\n');
});

it('their cells do on cgroup v2', async () => {
  await put('cgroup.controllers', '');
  await put('berth/buildkit/cpuset.cpus.effective', '0-3\n');
  await put('berth-builds/cpuset.cpus', '');
  await leaveOneToApps('berth', true, root);
  expect(await file('berth-builds/cpuset.cpus')).toBe('1,2,3');
  await leaveOneToApps('berth', false, root);
  expect(await file('berth-builds/cpuset.cpus')).toBe('');
});

it('nothing happens where the kernel keeps no cpusets', async () => {
  await expect(leaveOneToApps('berth', true, root)).resolves.toBeUndefined();
});
