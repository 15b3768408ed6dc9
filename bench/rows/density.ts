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
const minutes = { short: 3, long: 6 };
/** Rest is so many minutes in a row that differ by so many percent of a core at most. */
const calm = { minutes: 3, percent: 0.5, withinMinutes: 15 };
const looks = 3;

export const row: Row = {
  name: 'density',
  title: 'Many apps that nobody uses',
  how:
    `${sizes.short.frozen} frozen and ${sizes.short.stopped} stopped apps (with --long ${sizes.long.frozen} and ${sizes.long.stopped}). The frozen ones are deployed one by one; the ` +
    `stopped ones are copies of one, made in Postgres. CPU at rest: of all of Berth’s own processes and parts, the mean of ${minutes.short} minutes (with --long ${minutes.long}) after ` +
    `${calm.minutes} that differed by ${calm.percent} % at most: what deployments leave to be done is over then (${calm.withinMinutes} are waited for it); the baseline is the ` +
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
    const took = await looksOf(bench);
    const after = await restingCpu(bench, 'with all of them');
    const memory = await memoryOf(bench, apps);
    return [
      {
        what: `CPU at rest, ${size.frozen} frozen and ${size.stopped} stopped apps`,
        unit: '%',
        value: summarize([mean(after.percents)]),
        baseline: { what: 'no apps', value: summarize([mean(before.percents)]) },
        aim: { of: 'value', is: 'at most', than: 3 },
        note: `of one core, ${after.calmAfter === null ? 'though never calm' : `calm after ${after.calmAfter} minutes`}`,
      },
      { what: '… by minutes', unit: '%', value: summarize(after.percents) },
      {
        what: 'memory of a frozen app',
        unit: 'MiB',
        value: summarize(memory.frozen),
        baseline: { what: 'the same container, bare', value: summarize(memory.bare) },
      },
      { what: 'one look at all apps', unit: 'ms', value: summarize(took) },
    ];
  },
};

interface Rest {
  /** After so many minutes; null: it never was. */
  calmAfter: number | null;
  /** Percent of a core, minute by minute. */
  percents: number[];
}

/** What Berth's own processes use while nothing happens. */
async function restingCpu(bench: Bench, when: string): Promise<Rest> {
  const seen: number[] = [];
  const isCalm = () => {
    const last = seen.slice(-calm.minutes);
    return last.length === calm.minutes && Math.max(...last) - Math.min(...last) <= calm.percent;
  };
  while (!isCalm() && seen.length < calm.withinMinutes) {
    bench.note(`resting ${when}: ${seen.map((percent) => percent.toFixed(1)).join(', ')} %`);
    seen.push(await oneMinute(bench));
  }
  const calmAfter = isCalm() ? seen.length : null;
  const percents: number[] = [];
  while (percents.length < (bench.long ? minutes.long : minutes.short)) {
    bench.note(`measuring ${when}: ${percents.map((percent) => percent.toFixed(1)).join(', ')} %`);
    percents.push(await oneMinute(bench));
  }
  return { calmAfter, percents };
}

async function oneMinute(bench: Bench): Promise<number> {
  const { parts } = await statusOf(bench.platform.home);
  const roots = parts.flatMap((part) => part.pid ?? []);
  const pids = [...new Set(roots.flatMap(descendants))].filter((pid) => !isInContainer(pid));
  const begin = pids.map(usedMs);
  await pause(60_000);
  const used = pids.reduce((sum, pid, index) => sum + Math.max(0, usedMs(pid) - (begin[index] ?? 0)), 0);
  return (used / 60_000) * 100;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
  while (seen.size < looks) {
    const { lastLook } = JSON.parse((await ask({ socketPath, path: '/host' })).body) as {
      lastLook: { at: number; ms: number } | null;
    };
    if (lastLook !== null) seen.set(lastLook.at, lastLook.ms);
    bench.note(`waiting for looks: ${seen.size} of ${looks}`);
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
