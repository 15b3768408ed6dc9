import type { EdgeStats } from '#libs/contracts/edge.js';
import { readRouteCounters } from '#libs/traefik-config/metrics.js';
import type { DirectEdge } from './direct-edge.js';
import type { RouteBook } from './route-book.js';
import { byAppId, TrafficMeter } from './traffic.js';

/** How often request rates are taken: an app becomes busy within a few seconds. */
export const busyEveryMs = 2_000;

/** Finds which apps are busy enough for a route of their own, and has them looked at when that changes. */
export class BusyWatch {
  readonly #activator = new TrafficMeter();
  readonly #traefik = new TrafficMeter();
  #lastAt = Date.now();

  constructor(
    private readonly routes: RouteBook,
    private readonly direct: DirectEdge,
    private readonly stats: () => Promise<EdgeStats>,
    private readonly look: (appId: string) => void,
    /** Also hears what came in: finished since the last time, and in flight. */
    private readonly heard: (traffic: Map<string, { requests: number; open: number }>, now: number) => void,
  ) {}

  async sample(now: number): Promise<void> {
    const seconds = Math.max(0.1, (now - this.#lastAt) / 1000);
    this.#lastAt = now;
    const stats = await this.stats();
    const viaActivator = this.#activator.read(byAppId(stats));
    // Traefik's page is long; it says nothing of apps while none has a route of its own.
    const anyDirect = this.direct.apps().length > 0;
    const straight = anyDirect ? this.#traefik.read(await readRouteCounters(this.direct.api)) : new Map();
    const requestsOf = (appId: string) =>
      (viaActivator.get(appId)?.requests ?? 0) + (straight.get(appId)?.requests ?? 0);
    const rates = new Map(
      [...this.routes.apps()].map(([appId, target]) => [
        appId,
        { requestsPerSecond: requestsOf(appId) / seconds, canGoDirect: target.state === 'serving' },
      ]),
    );
    const open = openByApp(stats);
    const seen = new Set([...viaActivator.keys(), ...straight.keys(), ...open.keys()]);
    this.heard(
      new Map([...seen].map((appId) => [appId, { requests: requestsOf(appId), open: open.get(appId) ?? 0 }])),
      now,
    );
    for (const appId of this.direct.judge(rates, now)) this.look(appId);
  }
}

/** Requests and WebSockets that the activator has in flight. */
function openByApp(stats: EdgeStats): Map<string, number> {
  const open = new Map<string, number>();
  for (const { appId, inFlight } of Object.values(stats.instances)) {
    open.set(appId, (open.get(appId) ?? 0) + inFlight);
  }
  return open;
}
