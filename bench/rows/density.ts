import { setTimeout as pause } from 'node:timers/promises';
import { BareEngine } from '#bench/bare/engine.js';
import type { Bench } from '#bench/bench.js';
import { copyStoppedApps } from '#bench/copy-apps.js';
import { cpuMs } from '#bench/cpu.js';
import { ask } from '#bench/http.js';
import { statusOf } from '#bench/platform.js';
import { descendants, isInContainer } from '#bench/processes.js';
import type { Row } from '#bench/row.js';
import { freeze, stop } from '#bench/sleeping.js';
import { summarize } from '#bench/summary.js';

const sizes = { short: { frozen: 20, stopped: 50 }, long: { frozen: 200, stopped: 1_000 } };
const restSeconds = 30;
const samples = 3;

export const row: Row = {
  name: 'density',
  title: 'Many apps that nobody uses',
  how:
    `${sizes.short.frozen} frozen and ${sizes.short.stopped} stopped apps (with --long ${sizes.long.frozen} and ${sizes.long.stopped}). The frozen ones are deployed one by one; the ` +
    `stopped ones are copies of one, made in Postgres. CPU at rest: of all of Berth’s own processes and parts, over ${samples} times ${restSeconds} s; the baseline is the ` +
    'same before the apps were there. Memory of a frozen app: of its container’s cgroup without page cache, as the Engine counts it; the baseline is the same image in a container of ' +
    'the bare Engine. One look: the runtime’s look at all apps when nothing has to be done.',
  async run(bench) {
    const size = bench.long ? sizes.long : sizes.short;
    const before = await restingCpu(bench, 'before the apps are there');
    const apps = Array.from({ length: size.frozen }, (_, index) => `bench-dense-${index}`);
    for (const [index, app] of apps.entries()) {
      bench.note(`deploying ${index + 1} of ${size.frozen}`);
      await bench.deploy(app);
      await bench.api.setSleep(app, { enabled: true, freezeAfterSeconds: 86_400, stopAfterSeconds: 172_800 });
      await freeze(bench, app);
    }
    const source = 'bench-dense-stopped';
    await bench.deploy(source);
    await stop(bench, source);
    bench.onEnd(await copyStoppedApps(bench.platform.env['DATABASE_URL'] ?? '', source, size.stopped));
    const looks = await looksOf(bench);
    const after = await restingCpu(bench, 'with all of them');
    const memory = await memoryOf(bench, apps);
    return [
      {
        what: `CPU at rest, ${size.frozen} frozen and ${size.stopped} stopped apps`,
        unit: '%',
        value: summarize(after),
        baseline: { what: 'no apps', value: summarize(before) },
        aim: { of: 'value', is: 'at most', than: 3 },
        note: 'of one core',
      },
      {
        what: 'memory of a frozen app',
        unit: 'MiB',
        value: summarize(memory.frozen),
        baseline: { what: 'the same container, bare', value: summarize(memory.bare) },
      },
      { what: 'one look at all apps', unit: 'ms', value: summarize(looks) },
    ];
  },
};

/** Percent of a core that Berth's own processes use while nothing happens. */
async function restingCpu(bench: Bench, when: string): Promise<number[]> {
  const { parts } = await statusOf(bench.platform.home);
  const roots = parts.flatMap((part) => part.pid ?? []);
  bench.note(`resting ${when}`);
  await pause(restSeconds * 1_000);
  const seen: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const pids = [...new Set(roots.flatMap(descendants))].filter((pid) => !isInContainer(pid));
    const begin = pids.map(usedMs);
    await pause(restSeconds * 1_000);
    const used = pids.reduce((sum, pid, index) => sum + Math.max(0, usedMs(pid) - (begin[index] ?? 0)), 0);
    seen.push((used / (restSeconds * 1_000)) * 100);
  }
  return seen;
}

function usedMs(pid: number): number {
  try {
    return cpuMs(pid);
  } catch {
    // It has ended.
    return 0;
  }
}

/** How long the runtime's last looks at everything took, ms. */
async function looksOf(bench: Bench): Promise<number[]> {
  const socketPath = `${bench.platform.env['BERTH_RUN_DIR']}/runtime.sock`;
  const seen = new Map<number, number>();
  while (seen.size < samples) {
    const { lastLook } = JSON.parse((await ask({ socketPath, path: '/host' })).body) as {
      lastLook: { at: number; ms: number } | null;
    };
    if (lastLook !== null) seen.set(lastLook.at, lastLook.ms);
    bench.note(`waiting for looks: ${seen.size} of ${samples}`);
    await pause(1_000);
  }
  // The first may have begun before all was there.
  return [...seen.values()].slice(1);
}

/** MiB of frozen apps' containers, and of bare ones of the same image that have answered once and rest. */
async function memoryOf(bench: Bench, apps: string[]): Promise<{ frozen: number[]; bare: number[] }> {
  const engine = new BareEngine(bench.platform.env['DOCKER_HOST'] ?? '');
  const frozen: number[] = [];
  const bare: number[] = [];
  for (const app of apps.slice(0, 20)) {
    const instance = (await bench.api.instances(app)).find(({ status }) => status === 'frozen');
    if (instance?.containerId == null) throw new Error(`${app} is not frozen any more.`);
    frozen.push(await usedMiB(engine, instance.containerId));
    const { Image: image, Cmd: command } = (
      JSON.parse(await engine.call('GET', `/containers/${instance.containerId}/json`)) as {
        Config: { Image: string; Cmd: string[] | null };
      }
    ).Config;
    const { Id: id } = JSON.parse(
      await engine.call('POST', '/containers/create', {
        Image: image,
        Cmd: command,
        Entrypoint: [],
        Env: ['PORT=8080'],
        HostConfig: { NetworkMode: 'none', Init: true },
      }),
    ) as { Id: string };
    try {
      await engine.call('POST', `/containers/${id}/start`);
      await pause(2_000);
      bare.push(await usedMiB(engine, id));
    } finally {
      await engine.call('DELETE', `/containers/${id}?force=1`);
    }
  }
  return { frozen, bare };
}

async function usedMiB(engine: BareEngine, id: string): Promise<number> {
  const { memory_stats: memory } = JSON.parse(
    await engine.call('GET', `/containers/${id}/stats?stream=false&one-shot=true`),
  ) as { memory_stats: { usage: number; stats: { total_inactive_file?: number; inactive_file?: number } } };
  const cache = memory.stats.total_inactive_file ?? memory.stats.inactive_file ?? 0;
  return (memory.usage - cache) / 1024 / 1024;
}
