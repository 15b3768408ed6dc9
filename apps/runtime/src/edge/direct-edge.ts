import { join } from 'node:path';
import type { Env } from '#libs/config/env.js';
import type { RouteSplit, RouteInstance, RouteTarget } from '#libs/contracts/edge.js';
import { edgeModes, initialEdgeState, type AppOnEdge, type EdgeState } from '#libs/core/edge-mode.js';
import type { SplitRoute } from '#libs/traefik-config/app-file.js';
import { DirectRoutes } from '#libs/traefik-config/direct-routes.js';
import { DynamicDirectory } from '#libs/traefik-config/dynamic-directory.js';
import { platformFileName, renderPlatform } from '#libs/traefik-config/platform-file.js';

/** Traefik's name for the entry point that visitors use (infra/parts/traefik.mjs). */
const entryPoints = ['web'];
/** A change is in force after a tenth of a second or two; with a thousand routers it would be one. */
const confirmMs = 5_000;

export type EdgeSettings = Pick<
  Env,
  'BERTH_HOME' | 'BERTH_DOMAIN' | 'BERTH_API_PORT' | 'BERTH_ACTIVATOR_PORT' | 'BERTH_TRAEFIK_PORT'
>;

/** The parts with an instance to lead to. */
function splitRoute({ instances }: RouteTarget, { cookie, parts }: RouteSplit): SplitRoute {
  return {
    cookie,
    parts: parts.map(({ release, weight }) => ({
      release,
      weight,
      instances: instances.filter((one) => one.release === release).map(addressOf),
    })),
  };
}

/** Busy apps' own routes in Traefik. Everything else goes to the activator, by the one file that is always there. */
export class DirectEdge {
  readonly api: string;
  readonly #routes: DirectRoutes;
  readonly #directory: string;
  readonly #states = new Map<string, EdgeState>();

  constructor(
    private readonly settings: EdgeSettings,
    epoch: number,
  ) {
    this.api = `http://127.0.0.1:${settings.BERTH_TRAEFIK_PORT}`;
    this.#directory = join(settings.BERTH_HOME, 'traefik', 'dynamic');
    this.#routes = new DirectRoutes({
      directory: this.#directory,
      api: this.api,
      entryPoints,
      epoch,
      timeoutMs: confirmMs,
    });
  }

  /** Writes what Traefik always needs, and learns what an earlier runtime left; its busy apps stay busy. */
  async start(now: number): Promise<void> {
    const { settings } = this;
    await new DynamicDirectory(this.#directory).write(
      platformFileName,
      renderPlatform({
        domain: settings.BERTH_DOMAIN,
        apiPort: settings.BERTH_API_PORT,
        activatorPort: settings.BERTH_ACTIVATOR_PORT,
        entryPoints,
      }),
    );
    for (const appId of await this.#routes.adopt()) {
      this.#states.set(appId, { mode: 'direct', since: now, changeWantedSince: null });
    }
  }

  /** May Traefik still send a request straight to this address? */
  isRouted(address: string | null, port: number | null): boolean {
    return address !== null && port !== null && this.#routes.isRouted(address, port);
  }

  /** Apps that have, may have, or are to have a route of their own. */
  apps(): string[] {
    const busy = [...this.#states].filter(([, { mode }]) => mode === 'direct').map(([appId]) => appId);
    return [...new Set([...this.#routes.apps(), ...busy])];
  }

  modeOf(appId: string): EdgeState['mode'] {
    return this.#states.get(appId)?.mode ?? 'activator';
  }

  /** Resolves once Traefik does for the app what it should: nothing, or its hosts straight to its instances. */
  async apply(appId: string, hosts: string[], target: RouteTarget | null): Promise<void> {
    const direct = this.modeOf(appId) === 'direct' && target?.state === 'serving' && hosts.length > 0;
    if (!direct) return this.#routes.remove(appId);
    const instances = target.instances.map(addressOf);
    const { requestSeconds } = target;
    const split = target.split && splitRoute(target, target.split);
    await this.#routes.publish({
      ...{ appId, hosts, instances },
      ...(split && { split }),
      ...(requestSeconds && { requestSeconds }),
    });
  }

  /** Takes the request rates of apps that are asked for anything, and of `apps()`; gives those whose way changed and that need a look. */
  judge(rates: Map<string, { requestsPerSecond: number; canGoDirect: boolean }>, now: number): string[] {
    const apps: AppOnEdge[] = [...rates].map(([appId, metrics]) => ({
      appId,
      metrics,
      state: this.#states.get(appId) ?? initialEdgeState(now),
    }));
    const changed: string[] = [];
    for (const [appId, state] of edgeModes(apps, now)) {
      if (state.mode !== this.modeOf(appId)) changed.push(appId);
      this.#states.set(appId, state);
    }
    for (const appId of this.#states.keys()) if (!rates.has(appId)) this.#states.delete(appId);
    return changed;
  }
}

/** What Traefik needs to know of an instance. */
function addressOf({
  address,
  port,
  protocol,
}: RouteInstance): Pick<RouteInstance, 'address' | 'port' | 'protocol'> {
  return { address, port, ...(protocol && { protocol }) };
}
