import type { EdgeStats } from '#libs/contracts/edge.js';
import type { ReleaseSample } from '#libs/core/rollout.js';
import { together } from '#libs/core/histogram.js';
import type { RouteCounters } from '#libs/traefik-config/metrics.js';
import { byInstanceId, TrafficMeter, type Traffic } from '../edge/traffic.js';

const nothing: ReleaseSample = { requests: 0, errors: 0, buckets: [] };

/** What the two releases of a trial were asked for, over both ways in: the new one since it has its share, the old one from the start. */
export class TrialTraffic {
  readonly #activator = new TrafficMeter();
  readonly #traefik = new TrafficMeter();
  /** Counters that were read once: what they showed then is from before. */
  readonly #known = new Set<string>();
  #sides = new Map<string, 'fresh' | 'old'>();
  #fresh = nothing;
  #old = nothing;

  /** Says whose instances are whose; those that are gone stay known. */
  name(fresh: string[], old: string[]): void {
    for (const id of fresh) this.#sides.set(id, 'fresh');
    for (const id of old) this.#sides.set(id, 'old');
  }

  /** From here on the new release has another share. */
  beginShare(): void {
    this.#fresh = nothing;
  }

  read(stats: EdgeStats, fresh: RouteCounters | undefined, old: RouteCounters | undefined): void {
    const named = new Map([...byInstanceId(stats)].filter(([id]) => this.#sides.has(id)));
    for (const [id, traffic] of this.#activator.read(named)) this.#add(id, this.#sides.get(id), traffic);
    const straight = new Map<string, RouteCounters>();
    if (fresh !== undefined) straight.set('fresh', fresh);
    if (old !== undefined) straight.set('old', old);
    for (const [side, traffic] of this.#traefik.read(straight))
      this.#add(`traefik:${side}`, side as 'fresh' | 'old', traffic);
  }

  samples(): { fresh: ReleaseSample; old: ReleaseSample } {
    return { fresh: this.#fresh, old: this.#old };
  }

  #add(key: string, side: 'fresh' | 'old' | undefined, traffic: Traffic): void {
    const isFirst = !this.#known.has(key);
    this.#known.add(key);
    if (isFirst || side === undefined) return;
    if (side === 'fresh') this.#fresh = sum(this.#fresh, traffic);
    else this.#old = sum(this.#old, traffic);
  }
}

function sum(a: ReleaseSample, b: ReleaseSample): ReleaseSample {
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    buckets: together(a.buckets, b.buckets),
  };
}
