import type { EdgeStats, RouteInstance, RouteTable, RouteTarget } from '#libs/contracts/edge.js';
import { steadyNow } from '#libs/core/steady-clock.js';
import { DialingAgent } from '#apps/activator/src/dial.js';
import type { Limits } from '#apps/activator/src/limits.js';
import { Upstream } from '#apps/activator/src/upstream.js';

/** All instances that the table names, or that still answer a request which began before they left it. */
export class Upstreams {
  readonly #limits: Limits;
  readonly #byId = new Map<string, Upstream>();
  readonly #inFlightByApp = new Map<string, number>();
  #inFlight = 0;
  /** One connection per request: for what must not be sent twice, and for tunnels. */
  readonly single: DialingAgent;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.single = new DialingAgent({ keepAlive: false, dialMs: limits.dialMs, allowHalfOpen: true });
  }

  /**
   * The instance with the least in flight that is not in `except` and takes one more; the first in the table among equals. One that was
   * unreachable a moment ago comes last: else each request would wait for the same dead address again.
   */
  pick(target: RouteTarget, except: ReadonlySet<string>, now = steadyNow()): Upstream | null {
    let best: Upstream | null = null;
    for (const instance of target.instances) {
      if (except.has(instance.instanceId)) continue;
      const upstream = this.#upstream(target.appId, instance);
      if (upstream.inFlight >= (target.concurrency ?? Infinity)) continue;
      if (best === null || isBetter(upstream, best, now)) best = upstream;
    }
    return best;
  }

  /** Has every instance that is not in `except` as many in flight as one takes? */
  isFull(target: RouteTarget, except: ReadonlySet<string>): boolean {
    const limit = target.concurrency ?? null;
    if (limit === null) return false;
    const others = target.instances.filter(({ instanceId }) => !except.has(instanceId));
    return others.length > 0 && others.every((one) => this.#upstream(target.appId, one).inFlight >= limit);
  }

  /** It took no connection. */
  avoid(upstream: Upstream, now = steadyNow()): void {
    upstream.avoidUntil = now + this.#limits.unreachableMs;
  }

  /** May one more request for this app begin? */
  hasRoom(appId: string): boolean {
    return (
      this.#inFlight < this.#limits.inFlight &&
      (this.#inFlightByApp.get(appId) ?? 0) < this.#limits.inFlightPerApp
    );
  }

  begin(upstream: Upstream): void {
    upstream.inFlight += 1;
    this.#count(upstream.appId, 1);
  }

  end(upstream: Upstream): void {
    upstream.inFlight -= 1;
    this.#count(upstream.appId, -1);
  }

  /** Forgets instances that left the table and answer nothing any more, with their idle connections. */
  prune(table: RouteTable): void {
    const named = new Set<string>();
    for (const target of Object.values(table.hosts)) {
      for (const instance of target.instances) named.add(instance.instanceId);
    }
    for (const [id, upstream] of this.#byId) {
      if (named.has(id) || upstream.inFlight > 0) continue;
      upstream.close();
      this.#byId.delete(id);
    }
  }

  stats(): EdgeStats['instances'] {
    return Object.fromEntries([...this.#byId].map(([id, upstream]) => [id, upstream.stats()]));
  }

  #upstream(appId: string, instance: RouteInstance): Upstream {
    const known = this.#byId.get(instance.instanceId);
    if (known?.instance.address === instance.address && known.instance.port === instance.port) return known;
    const upstream = new Upstream(appId, instance, this.#limits);
    this.#byId.set(instance.instanceId, upstream);
    return upstream;
  }

  #count(appId: string, change: 1 | -1): void {
    this.#inFlight += change;
    const now = (this.#inFlightByApp.get(appId) ?? 0) + change;
    if (now === 0) this.#inFlightByApp.delete(appId);
    else this.#inFlightByApp.set(appId, now);
  }
}

function isBetter(a: Upstream, b: Upstream, now: number): boolean {
  const avoided = Number(a.avoidUntil > now) - Number(b.avoidUntil > now);
  return avoided === 0 ? a.inFlight < b.inFlight : avoided < 0;
}
