import type { Agent } from 'node:http';
import { edgeBuckets, type EdgeStats, type RouteInstance } from '#libs/contracts/edge.js';
import { DialingAgent } from '#apps/activator/src/dial.js';
import type { H2cConnection } from '#apps/activator/src/h2c-connection.js';
import type { Limits } from '#apps/activator/src/limits.js';

/** One instance as the activator sees it: its connections and its counters. */
export class Upstream {
  readonly appId: string;
  readonly instance: RouteInstance;
  /** Keeps connections; for requests that may be sent twice. */
  readonly pooled: Agent;
  /** Of one that speaks HTTP/2: made when it is first asked something. */
  h2c: H2cConnection | null = null;
  inFlight = 0;
  requests = 0;
  errors = 0;
  /** Until then (ms) others are tried first: it did not take a connection, and the table may not know that yet. */
  avoidUntil = 0;
  readonly #buckets = new Array<number>(edgeBuckets.length + 1).fill(0);

  constructor(appId: string, instance: RouteInstance, limits: Limits) {
    this.appId = appId;
    this.instance = instance;
    this.pooled = new DialingAgent({
      keepAlive: true,
      maxFreeSockets: limits.idleSocketsPerInstance,
      // For idle sockets; an app's `Keep-Alive: timeout=n` shortens it, with Node's margin of a second.
      timeout: limits.idleSocketMs,
      dialMs: limits.dialMs,
      allowHalfOpen: false,
    });
  }

  /** Lets its idle connections go. */
  close(): void {
    this.pooled.destroy();
    this.h2c?.close();
  }

  /** Counts one finished exchange. A 5xx or a broken one is an error. */
  observe(seconds: number, failed: boolean): void {
    this.requests += 1;
    if (failed) this.errors += 1;
    for (let index = 0; index <= edgeBuckets.length; index += 1) {
      if (seconds <= (edgeBuckets[index] ?? Infinity)) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    }
  }

  stats(): EdgeStats['instances'][string] {
    const { appId, inFlight, requests, errors } = this;
    return { appId, inFlight, idle: this.#idle(), requests, errors, buckets: [...this.#buckets] };
  }

  /** How many connections it keeps open though nobody's request is on them. */
  #idle(): number {
    const free = Object.values(this.pooled.freeSockets).reduce((sum, list) => sum + (list?.length ?? 0), 0);
    return free + (this.h2c?.isIdle === true ? 1 : 0);
  }
}
