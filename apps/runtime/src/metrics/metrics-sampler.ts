import { edgeBuckets, type EdgeStats } from '#libs/contracts/edge.js';
import { quantile, together } from '#libs/core/histogram.js';
import { ThrottlingSpells, throttlingReason } from '#libs/core/throttling.js';
import type { ContainerEngine, ContainerStats } from '#libs/engine/port.js';
import type { Db } from '#libs/store/db.js';
import type { Fence } from '#libs/store/hosts.js';
import { tellOfInstance } from '#libs/store/instances.js';
import { addMetrics, sampledInstances } from '#libs/store/metrics.js';
import { readRouteCounters } from '#libs/traefik-config/metrics.js';
import { CpuMeter } from './cpu-meter.js';
import { byInstanceId, TrafficMeter, type Traffic } from '../edge/traffic.js';
import { Semaphore } from '../semaphore.js';

export const metricsEveryMs = 10_000;
/** Frozen instances are sampled once in so many rounds: within the minute for which a sample counts as the latest. */
const frozenEvery = 5;
/** … and asked of the engine once in so many: what stands still uses the same again. */
const askFrozenEvery = 60;
/** Samples asked of the engine at once. */
const width = 4;

type Sampled = Awaited<ReturnType<typeof sampledInstances>>[number];

export interface MetricsSources {
  db: Db;
  fence: Fence;
  engine: ContainerEngine;
  activator: () => Promise<EdgeStats>;
  /** Traefik's own entry point; null while no app has a route of its own. */
  traefik: () => string | null;
  /** Hears what the web instances of each app used since the last time, in cores. */
  used?: (coresByApp: Map<string, number>) => void;
}

/** Every 10 s one row for each running instance: CPU and memory from the engine, requests and their times from the edge. */
export class MetricsSampler {
  readonly #activator = new TrafficMeter();
  readonly #traefik = new TrafficMeter();
  #round = 0;
  /** What frozen instances use, and in which round that was asked. */
  readonly #frozen = new Map<string, { stats: ContainerStats; round: number }>();
  readonly #cpu = new CpuMeter();
  readonly #spells = new ThrottlingSpells();
  readonly #asking = new Semaphore(width);

  constructor(private readonly sources: MetricsSources) {}

  async sample(at: Date): Promise<void> {
    const { db, fence } = this.sources;
    const present = await sampledInstances(db, fence.hostId);
    const [traffic, straight] = await Promise.all([this.#byInstance(), this.#straightByApp()]);
    const isDue = this.#round % frozenEvery === 0;
    // Beside one that is sampled, as the release before is for a while, a frozen one would come and go in the sums.
    const sampled = new Set(present.filter(({ status }) => status !== 'frozen').map(({ appId }) => appId));
    const instances = present.filter(
      ({ id, appId }) => isDue || sampled.has(appId) || (traffic.get(id)?.requests ?? 0) > 0,
    );
    this.#round += 1;
    const stats = await Promise.all(instances.map((instance) => this.#ask(instance)));
    const rows = instances.flatMap((instance, index) => {
      const sample = stats[index];
      if (!sample) return [];
      const share = straight.get(instance.appId);
      const serving = instances.filter((one) => one.appId === instance.appId && isServing(one)).length;
      const own = traffic.get(instance.id) ?? none;
      const all = share !== undefined && isServing(instance) ? sum(own, split(share, serving)) : own;
      return [{ ...toRow(instance, at, sample, all), ...this.#cpu.read(instance.id, at.getTime(), sample) }];
    });
    const ids = new Set(present.map(({ id }) => id));
    this.#cpu.forget(ids);
    this.#spells.forget(ids);
    for (const id of this.#frozen.keys()) if (!ids.has(id)) this.#frozen.delete(id);
    this.sources.used?.(coresByApp(instances, rows));
    await addMetrics(db, fence, rows);
    for (const row of rows) await this.#tellThrottling(row, instances);
  }

  /** With hundreds frozen, asking the Engine for each would be most of what Berth does at rest. */
  async #ask({ id, status, containerId }: Sampled): Promise<ContainerStats | null> {
    const known = this.#frozen.get(id);
    if (status === 'frozen' && known !== undefined && this.#round - known.round < askFrozenEvery)
      return known.stats;
    const { engine } = this.sources;
    const stats = await this.#asking.use(() => engine.stats(containerId ?? ''));
    if (status === 'frozen' && stats !== null) this.#frozen.set(id, { stats, round: this.#round });
    else this.#frozen.delete(id);
    return stats;
  }

  /** An edge that is away has nothing to tell; CPU and memory are worth a row all the same. */
  async #byInstance(): Promise<Map<string, Traffic>> {
    const stats = await this.sources.activator().catch(() => null);
    return stats === null ? new Map() : this.#activator.read(byInstanceId(stats));
  }

  /** Traefik counts an app, not its instances: what it counted is spread evenly over those that serve. */
  async #straightByApp(): Promise<Map<string, Traffic>> {
    const api = this.sources.traefik();
    const counters = api === null ? null : await readRouteCounters(api).catch(() => null);
    return counters === null ? new Map() : this.#traefik.read(counters);
  }

  /** Once for each spell of it. */
  async #tellThrottling(
    { instanceId, throttled }: { instanceId: string; throttled: number },
    instances: readonly Sampled[],
  ): Promise<void> {
    if (!this.#spells.begins(instanceId, throttled)) return;
    const { db, fence } = this.sources;
    const cpus = instances.find(({ id }) => id === instanceId)?.release.cpus ?? 0;
    const reason = throttlingReason(throttled, cpus);
    await tellOfInstance(db, fence, { instanceId, kind: 'instance.throttled', data: { reason } });
  }
}

const none: Traffic = { requests: 0, errors: 0, buckets: [], seconds: 0 };

function coresByApp(
  instances: readonly Sampled[],
  rows: readonly { instanceId: string; cpu: number }[],
): Map<string, number> {
  const cpu = new Map(rows.map((row) => [row.instanceId, row.cpu]));
  const cores = new Map<string, number>();
  for (const instance of instances.filter(isServing))
    cores.set(instance.appId, (cores.get(instance.appId) ?? 0) + (cpu.get(instance.id) ?? 0));
  return cores;
}

function isServing(instance: Sampled): boolean {
  return instance.process === 'web' && instance.status === 'ready';
}

function split(traffic: Traffic, parts: number): Traffic {
  const part = (count: number): number => Math.round(count / Math.max(1, parts));
  return {
    requests: part(traffic.requests),
    errors: part(traffic.errors),
    buckets: traffic.buckets.map(part),
    seconds: traffic.seconds / Math.max(1, parts),
  };
}

function sum(one: Traffic, other: Traffic): Traffic {
  return {
    requests: one.requests + other.requests,
    errors: one.errors + other.errors,
    buckets: together(one.buckets, other.buckets),
    seconds: one.seconds + other.seconds,
  };
}

function toRow(instance: Sampled, at: Date, sample: ContainerStats, traffic: Traffic) {
  return {
    instanceId: instance.id,
    appId: instance.appId,
    at,
    memoryBytes: BigInt(sample.memoryBytes),
    pids: sample.pids,
    requests: traffic.requests,
    errors: traffic.errors,
    p50Ms: milliseconds(traffic, 0.5),
    p95Ms: milliseconds(traffic, 0.95),
    p99Ms: milliseconds(traffic, 0.99),
    buckets: traffic.requests > 0 ? traffic.buckets : [],
  };
}

function milliseconds(traffic: Traffic, q: number): number | null {
  const seconds = quantile(edgeBuckets, traffic.buckets, q);
  return seconds === null ? null : seconds * 1000;
}
