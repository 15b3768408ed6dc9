import { rmSync, symlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withLock } from './lock.mjs';
import * as processes from './processes.mjs';

/** Called when a holder was found dead, before anything is done about it. */
const found = vi.hoisted(() => ({ dead: () => {} }));
vi.mock('./processes.mjs', async (original) => {
  const real = await original();
  const isAlive = (holder) => {
    const alive = real.isAlive(holder);
    if (!alive) found.dead();
    return alive;
  };
  return { ...real, isAlive };
});

let folder;
let path;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const me = processes.identify(process.pid);
const dead = JSON.stringify({ ...me, ticks: '1' });
const busy = () => new Error('busy');

it('the lock of a dead holder stays with who took it over between another’s look and removal', async () => {
  await symlink(dead, path);
  found.dead = () => {
    found.dead = () => {};
    rmSync(path);
    symlinkSync(JSON.stringify(me), path);
  };
  await expect(withLock(path, { busy }, () => 'mine too')).rejects.toThrow('busy');
  expect(await readdir(folder)).toEqual(['a.lock']);
});

it('the lock of a dead holder is had although somebody died while taking it over', async () => {
  await symlink(dead, path);
  await symlink(dead, `${path}.over`);
  expect(await withLock(path, { busy }, () => 'mine')).toBe('mine');
  expect(await readdir(folder)).toEqual([]);
});
