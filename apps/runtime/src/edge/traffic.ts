import type { EdgeStats } from '#libs/contracts/edge.js';
import { increase } from '#libs/core/histogram.js';
import type { RouteCounters } from '#libs/traefik-config/metrics.js';

/** What was counted between two readings of one source. */
export interface Traffic {
  requests: number;
  errors: number;
  /** Cumulative histogram of durations; bounds are `edgeBuckets`. */
  buckets: number[];
  /** Durations of all of them, added up; 0 where the source does not say. */
  seconds: number;
}

/** Counters as both sources give them. */
type Counters = Pick<RouteCounters, 'requests' | 'errors' | 'buckets'> & { seconds?: number };

/** Turns counters that only grow (and are reset when their process restarts) into what came since the last reading. */
export class TrafficMeter {
  #before = new Map<string, Counters>();

  /** Reads all counters of a source, by key. A key seen for the first time counts from zero. */
  read(counters: Map<string, Counters>): Map<string, Traffic> {
    const traffic = new Map<string, Traffic>();
    for (const [key, now] of counters) {
      const before: Counters = this.#before.get(key) ?? { requests: 0, errors: 0, buckets: [] };
      const [requests = 0, errors = 0, seconds = 0] = increase(
        [before.requests, before.errors, before.seconds ?? 0],
        [now.requests, now.errors, now.seconds ?? 0],
      );
      traffic.set(key, { requests, errors, buckets: increase(before.buckets, now.buckets), seconds });
    }
    this.#before = new Map(counters);
    return traffic;
  }
}

/** The activator's counters by instance. */
export function byInstanceId(stats: EdgeStats): Map<string, Counters> {
  return new Map(Object.entries(stats.instances));
}

/** The activator's counters by app. */
export function byAppId(stats: EdgeStats): Map<string, Counters> {
  const apps = new Map<string, Counters>();
  for (const { appId, requests, errors, buckets } of Object.values(stats.instances)) {
    const sum = apps.get(appId) ?? { requests: 0, errors: 0, buckets: buckets.map(() => 0) };
    apps.set(appId, {
      requests: sum.requests + requests,
      errors: sum.errors + errors,
      buckets: sum.buckets.map((count, index) => count + (buckets[index] ?? 0)),
    });
  }
  return apps;
}
