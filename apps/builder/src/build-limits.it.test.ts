import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { cellGroup } from '#libs/images/build-limits.js';
import { commandLines } from '#libs/images/testing/processes.js';
import type { Deployment } from '#libs/store/generated/client.js';
import { BuildGuards } from './build-guard.js';
import { Workshop } from './testing/workshop.js';

const parent = process.env.BERTH_CGROUP_PARENT ?? '';
const owned = process.env.BERTH_ENGINE_OWNED === '1';
let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open({
    BERTH_ENGINE_OWNED: process.env.BERTH_ENGINE_OWNED ?? '0',
    BERTH_CGROUP_PARENT: parent,
    BERTH_BUILD_MEMORY_MB: '256',
    BERTH_BUILD_PIDS: '40',
  });
});
afterAll(() => workshop.close());

/** Builds an app whose image is made by one shell script. */
async function buildScript(script: string, env: Partial<Workshop['parts']['env']> = {}): Promise<Deployment> {
  const { deploy } = await workshop.app();
  const run = JSON.stringify(['/bin/sh', '-c', script]);
  const { id } = await deploy({ Dockerfile: `FROM ${workshop.stack}\nRUN ${run}\nCMD ["/bin/sh"]\n` });
  const whole = { ...workshop.parts.env, ...env };
  return workshop.build(id, { parts: { env: whole, guards: new BuildGuards(whole) } });
}

async function freeMb(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / 2 ** 20);
}

/**
 * What a copy of a large source leaves on the disk, without a process of the build: no more than `leftMb` is free until `end`, whatever
 * others on this machine give back meanwhile.
 */
async function fillTo(folder: string, leftMb: number): Promise<{ end: () => Promise<void> }> {
  const place = await mkdtemp(join(folder, 'filling-'));
  let files = 0;
  const fill = async (): Promise<void> => {
    const tooMuchMb = (await freeMb(folder)) - leftMb;
    files += 1;
    if (tooMuchMb > 0)
      await promisify(execFile)('fallocate', ['--length', `${tooMuchMb}MiB`, join(place, String(files))]);
  };
  await fill();
  let filling = Promise.resolve();
  const timer = setInterval(() => (filling = filling.then(fill)), 500);
  return {
    end: async () => {
      clearInterval(timer);
      await filling.catch(() => undefined);
      await rm(place, { recursive: true });
    },
  };
}

// Only an Engine of Berth's own can be limited.
describe.skipIf(!owned)('a build that would hurt', () => {
  it('by eating memory is ended by its own limit, and says so', async () => {
    const built = await buildScript('x=xxxxxxxx; while :; do x=$x$x; done');
    expect(built.error).toMatchObject({
      code: 'build_out_of_memory',
      message: expect.stringContaining('256 MiB'),
      hint: expect.stringContaining('BERTH_BUILD_MEMORY_MB'),
    });
    const build = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: built.id } });
    expect(build.limits).toMatchObject({ memoryMb: 256, pids: 40 });
    expect(build.usage).toMatchObject({ peakMemoryMb: expect.closeTo(256, -2) });
  });

  it('by starting processes without end is ended by its own limit, and says so', async () => {
    const seconds = `5${randomInt(100_000, 999_999)}`;
    const built = await buildScript(`while :; do /bin/sleep ${seconds} & done`);
    expect(built.error).toMatchObject({
      code: 'build_too_many_processes',
      hint: expect.stringContaining('BERTH_BUILD_PIDS'),
    });
    await waitFor('its processes to be gone', async () => !(await commandLines()).join().includes(seconds), {
      timeoutMs: 20_000,
    });
  });

  it('by filling the disk is ended, and says so', async () => {
    const built = await buildScript('/usr/bin/head -c 3000000000 /dev/zero > /big; /bin/sleep 300', {
      BERTH_BUILD_DISK_MB: 100,
    });
    expect(built.error).toMatchObject({
      code: 'build_disk_full',
      message: expect.stringContaining('100 MiB'),
      hint: expect.stringContaining('BERTH_BUILD_DISK_MB'),
    });
  });

  it('by filling the host’s disk ends alone: the one that grows, and not the one beside it', async () => {
    const { BERTH_HOME } = workshop.parts.env;
    const floorMb = (await freeMb(BERTH_HOME)) - 2048;
    const env = { ...workshop.parts.env, BERTH_MIN_FREE_DISK_MB: floorMb };
    const parts = { env, guards: new BuildGuards(env) };
    const begin = async (script: string) => {
      const { deploy } = await workshop.app();
      const run = JSON.stringify(['/bin/sh', '-c', `echo begun; ${script}`]);
      const { id } = await deploy({ Dockerfile: `FROM ${workshop.stack}\nRUN ${run}\nCMD ["/bin/sh"]\n` });
      const built = workshop.build(id, { parts, worker: id });
      await waitFor('its command', async () => (await workshop.logOf(id)).includes('detail begun'), {
        timeoutMs: 60_000,
      });
      return { built };
    };
    const growing = await begin(
      'while :; do /usr/bin/head -c 1000000 /dev/zero >> /big; /bin/sleep 0.1; done',
    );
    const beside = await begin('/bin/sleep 5');
    const filling = await fillTo(BERTH_HOME, floorMb - 256);
    try {
      expect((await growing.built).error).toMatchObject({
        code: 'build_disk_full',
        hint: expect.stringContaining('BERTH_MIN_FREE_DISK_MB'),
      });
    } finally {
      await filling.end();
    }
    expect((await beside.built).error).toBeNull();
  });

  it('leaves no cgroup behind', async () => {
    const group = await cellGroup(parent);
    const builds = await workshop.db.build.findMany({ select: { id: true } });
    const gone = async () => {
      const names = await readdir(group.folder('memory'));
      return builds.every(({ id }) => !names.includes(`build-${id}`));
    };
    await waitFor('the cells to be gone', gone, { timeoutMs: 20_000 });
  });
});
