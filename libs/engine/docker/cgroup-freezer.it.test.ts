import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rmdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { CgroupFreezer } from './cgroup-freezer.js';
import { findHierarchy, type CgroupPlace } from './cgroup-place.js';

const mounts = await readFile('/proc/self/mountinfo', 'utf8');
const patience = { timeoutMs: 10_000 };
const never = (): boolean => false;

/** The kernel's own freezers on this machine: of version 1, 2, or (on a hybrid host) both. */
const hierarchies = ['cgroup', 'cgroup2'].flatMap((type) => {
  const found = findHierarchy(
    mounts
      .split('\n')
      .filter((line) => line.includes(` - ${type} `))
      .join('\n'),
  );
  return found ?? [];
});

it('this machine has a freezer to try', () => {
  expect(hierarchies.length).toBeGreaterThan(0);
});

describe.each(hierarchies)('the kernel’s freezer of version $version', ({ version, directory }) => {
  let place: CgroupPlace;
  let freezer: CgroupFreezer;
  let busy: ChildProcess;

  beforeEach(async () => {
    place = { version, directory: join(directory, `berth-test-${process.pid}`) };
    await mkdir(place.directory);
    freezer = new CgroupFreezer(place);
    busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    await writeFile(join(place.directory, 'cgroup.procs'), String(busy.pid));
  });

  afterEach(async () => {
    freezer.thaw();
    const gone = once(busy, 'exit');
    busy.kill('SIGKILL');
    await gone;
    await waitFor('the cgroup to be empty', () => !freezer.populated(), patience);
    await rmdir(place.directory);
  });

  const ticks = async (): Promise<number> => {
    const stat = await readFile(`/proc/${busy.pid}/stat`, 'utf8');
    return Number(stat.split(') ')[1]?.split(' ')[11]);
  };
  const isBusy = async (): Promise<void> => {
    const before = await ticks();
    await waitFor('it to use the CPU', async () => (await ticks()) > before, patience);
  };

  it('halts a busy process until it is thawed, as often as asked', async () => {
    await isBusy();
    expect([freezer.populated(), freezer.frozen()]).toEqual([true, false]);
    expect(await freezer.freeze(5_000, never)).toBe(true);
    expect(await freezer.freeze(5_000, never)).toBe(true);
    const [before, running] = [await ticks(), process.cpuUsage()];
    // This process' own CPU time says that time enough went by for the other to have used some.
    while (process.cpuUsage(running).user < 50_000);
    expect(await ticks()).toBe(before);
    expect(freezer.frozen()).toBe(true);
    freezer.thaw();
    freezer.thaw();
    expect(freezer.frozen()).toBe(false);
    await isBusy();
  });

  it('leaves nothing frozen that it did not say to be', async () => {
    const done = await freezer.freeze(-1, never);
    expect(freezer.frozen()).toBe(done);
  });
});

describe('a freezer that never gets there', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-freezer-'));
    await writeFile(join(directory, 'cgroup.events'), 'populated 1\nfrozen 0\n');
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('is let go on when time is up, and not touched once given up', async () => {
    const v2 = new CgroupFreezer({ version: 2, directory });
    const control = join(directory, 'cgroup.freeze');
    await writeFile(control, '0');
    expect(await v2.freeze(20, never)).toBe(false);
    expect(await readFile(control, 'utf8')).toBe('0');
    expect(await v2.freeze(10_000, () => true)).toBe(false);
    expect(await readFile(control, 'utf8')).toBe('1');
  });

  it('is no error to look at once its cgroup is gone, and makes no file there', async () => {
    for (const version of [1, 2] as const) {
      const freezer = new CgroupFreezer({ version, directory });
      expect(freezer.frozen()).toBeNull();
      expect(() => freezer.thaw()).toThrow('ENOENT');
      await expect(freezer.freeze(1_000, never)).rejects.toThrow('ENOENT');
    }
  });
});
