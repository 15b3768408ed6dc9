import type { EdgeStats, RouteTarget } from '#libs/contracts/edge.js';
import { increase } from '#libs/core/histogram.js';
import { steadyNow } from '#libs/core/steady-clock.js';
import { readRouteCounters, type RouteCounters } from '#libs/traefik-config/metrics.js';
import { appTraffic, type AppTraffic } from './app-traffic.js';
import type { DirectEdge } from './direct-edge.js';
import type { RouteBook } from './route-book.js';
import { byAppId, TrafficMeter, type Traffic } from './traffic.js';

/** How often request rates are taken: an app becomes busy within a few seconds. */
export const busyEveryMs = 2_000;

/** Finds which apps are busy enough for a route of their own, and has them looked at when that changes. */
export class BusyWatch {
  readonly #activator = new TrafficMeter();
  readonly #traefik = new TrafficMeter();
  #demand = new Map<string, number>();
  #lastAt = steadyNow();
  /** Counters of a source that is read for the first time are from who knows when. */
  readonly #read = { activator: false, traefik: false };

  constructor(
    private readonly routes: RouteBook,
    private readonly direct: Pick<DirectEdge, 'apps' | 'judge'>,
    private readonly sources: {
      activator: () => Promise<EdgeStats>;
      traefik: () => Promise<Map<string, RouteCounters>>;
    },
    private readonly look: (appId: string) => void,
    /** Also hears what came in since the last time. */
    private readonly heard: (
      traffic: Map<string, AppTraffic>,
      span: { now: number; seconds: number },
    ) => void,
  ) {}

  async sample(now: number): Promise<void> {
    const stats = await this.sources.activator();
    // Traefik's page is long; it says nothing of apps while none has a route of its own.
    const anyDirect = this.direct.apps().length > 0;
    const counters = anyDirect ? await this.sources.traefik() : null;
    const seconds = Math.max(0.1, (now - this.#lastAt) / 1000);
    this.#lastAt = now;
    const viaActivator = this.#activator.read(byAppId(stats));
    const straight = counters === null ? new Map<string, Traffic>() : this.#traefik.read(counters);
    const demand = this.#demandSeconds(stats);
    const known = { activator: this.#read.activator, traefik: this.#read.traefik };
    this.#read.activator = true;
    if (counters !== null) this.#read.traefik = true;

    const open = openByApp(stats);
    const seen = new Set([...viaActivator.keys(), ...straight.keys(), ...open.keys(), ...demand.keys()]);
    const traffic = new Map(
      [...seen].map((appId): [string, AppTraffic] => [
        appId,
        appTraffic({
          activator: viaActivator.get(appId),
          straight: straight.get(appId),
          open: open.get(appId) ?? 0,
          demandSeconds: demand.get(appId) ?? 0,
          isKnown: known.activator && (known.traefik || !straight.has(appId)),
        }),
      ]),
    );
    this.heard(traffic, { now, seconds });

    const rates = new Map<string, { requestsPerSecond: number; canGoDirect: boolean }>();
    // Of a thousand apps most are asked for nothing.
    for (const appId of new Set([...traffic.keys(), ...this.direct.apps()])) {
      const target = this.routes.target(appId);
      if (target === null) continue;
      rates.set(appId, {
        requestsPerSecond: (traffic.get(appId)?.requests ?? 0) / seconds,
        canGoDirect: target.state === 'serving' && !needsActivator(target),
      });
    }
    for (const appId of this.direct.judge(rates, now)) this.look(appId);
  }

  /** Time that requests were in the activator's hands since the last reading, by app. */
  #demandSeconds({ apps = {} }: EdgeStats): Map<string, number> {
    const before = this.#demand;
    this.#demand = new Map(Object.entries(apps).map(([appId, { seconds }]) => [appId, seconds]));
    return new Map(
      [...this.#demand].map(([appId, seconds]) => [
        appId,
        increase([before.get(appId) ?? 0], [seconds])[0] ?? 0,
      ]),
    );
  }
}

/**
 * Who waits for a place in an instance waits in the activator. Traefik could limit bodies only by keeping them whole first, and its limit on
 * the wait for an answer is one of its HTTP/1.1 transport.
 */
function needsActivator({ concurrency = null, bodyBytes, requestSeconds, instances }: RouteTarget): boolean {
  const isHttp1 = instances.every(({ protocol }) => protocol === undefined);
  return concurrency !== null || bodyBytes !== undefined || (requestSeconds !== undefined && !isHttp1);
}

/** Traefik's counters of direct routes, for as long as it answers. */
export function traefikCounters(api: string): () => Promise<Map<string, RouteCounters>> {
  return () => readRouteCounters(api);
}

/** Requests and WebSockets that the activator has in flight. */
function openByApp(stats: EdgeStats): Map<string, number> {
  const open = new Map<string, number>();
  for (const { appId, inFlight } of Object.values(stats.instances)) {
    open.set(appId, (open.get(appId) ?? 0) + inFlight);
  }
  return open;
}
