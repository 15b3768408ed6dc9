import { z } from 'zod';
import { renderApp, type SplitRoute } from './app-file.js';
import { confirmPublished, confirmRemoved } from './confirm.js';
import { DynamicDirectory } from './dynamic-directory.js';
import { appFileName, appIdOfFile } from './names.js';

export interface DirectRoutesOptions {
  /** `$BERTH_HOME/traefik/dynamic`. */
  directory: string;
  /** Traefik's own entry point, e.g. http://127.0.0.1:8081. */
  api: string;
  entryPoints: string[];
  /** The runtime's epoch: with it no two runtimes give the same version. */
  epoch: number;
  /** How long a change may take to be in force; a tenth of a second is usual. */
  timeoutMs: number;
}

export interface DirectRoute {
  appId: string;
  hosts: readonly string[];
  instances: readonly { address: string; port: number; protocol?: 'h2c' }[];
  split?: SplitRoute;
  /** Until an answer must have begun. */
  requestSeconds?: number;
}

/** What a file of this or an earlier runtime says; enough to know whom it names. */
const fileOfApp = z.object({
  http: z.object({
    services: z.record(
      z.string(),
      z.union([
        z.object({ loadBalancer: z.object({ servers: z.array(z.object({ url: z.string() })) }) }),
        // Names others of the same file.
        z.object({ weighted: z.object({}) }),
      ]),
    ),
  }),
});

/**
 * The apps that have a router of their own, and every instance that Traefik may still send requests to: an address
 * may be given away only when it is not among them.
 */
export class DirectRoutes {
  readonly #options: DirectRoutesOptions;
  readonly #directory: DynamicDirectory;
  /** By app: addresses (`host:port`) named by the file in force, or by one that was written since and not confirmed. */
  readonly #maybeRouted = new Map<string, Set<string>>();
  readonly #published = new Map<string, string>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #adopted = false;
  #generation = 0;

  constructor(options: DirectRoutesOptions) {
    this.#options = options;
    this.#directory = new DynamicDirectory(options.directory);
  }

  /** Reads what an earlier runtime left. Until it has resolved, every instance counts as routed. Gives the app ids. */
  async adopt(): Promise<string[]> {
    const appIds: string[] = [];
    for (const name of await this.#directory.list()) {
      const appId = appIdOfFile(name);
      if (appId === null) continue;
      const file = fileOfApp.safeParse(await this.#directory.read(name));
      if (!file.success) {
        // Nobody can say whom it names: it must be gone before anything else is decided.
        await this.#directory.remove(name);
        await confirmRemoved(appId, this.#options);
        continue;
      }
      const servers = Object.values(file.data.http.services).flatMap((service) =>
        'loadBalancer' in service ? service.loadBalancer.servers : [],
      );
      this.#maybeRouted.set(
        appId,
        new Set(servers.map(({ url }) => new URL(url.replace(/^h2c:/, 'http:')).host)),
      );
      appIds.push(appId);
    }
    this.#adopted = true;
    return appIds;
  }

  /** Apps whose requests Traefik may be sending straight to instances. */
  apps(): string[] {
    return [...this.#maybeRouted.keys()];
  }

  /** May Traefik still send a new request straight to this address? */
  isRouted(address: string, port: number): boolean {
    const key = new URL(`http://${address}:${port}`).host;
    return !this.#adopted || [...this.#maybeRouted.values()].some((named) => named.has(key));
  }

  /**
   * Resolves once Traefik sends the app's hosts to these instances and no others; at once when it does already. Throws
   * `route_refused` or `route_unconfirmed`; the instances of before and of now then both count as routed.
   */
  publish(route: DirectRoute): Promise<void> {
    return this.#inTurn(route.appId, async () => {
      const { appId, hosts, instances, split, requestSeconds } = route;
      const said = JSON.stringify({ hosts, instances, split, requestSeconds });
      if (this.#published.get(appId) === said) return;
      this.#generation += 1;
      const version = { epoch: this.#options.epoch, generation: this.#generation };
      const file = renderApp({ ...route, version, entryPoints: this.#options.entryPoints });
      const named = new Set(instances.map(({ address, port }) => new URL(`http://${address}:${port}`).host));
      this.#maybeRouted.set(appId, new Set([...(this.#maybeRouted.get(appId) ?? []), ...named]));
      this.#published.delete(appId);
      await this.#directory.write(appFileName(appId), file);
      await confirmPublished(appId, version, this.#options);
      this.#maybeRouted.set(appId, named);
      this.#published.set(appId, said);
    });
  }

  /** Resolves once Traefik sends all requests for the app to the activator. Removing what is not there is no error. */
  remove(appId: string): Promise<void> {
    return this.#inTurn(appId, async () => {
      if (this.#adopted && !this.#maybeRouted.has(appId)) return;
      this.#published.delete(appId);
      await this.#directory.remove(appFileName(appId));
      await confirmRemoved(appId, this.#options);
      this.#maybeRouted.delete(appId);
    });
  }

  /** One change of an app at a time, in the order in which they were asked for. */
  #inTurn<T>(appId: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(appId) ?? Promise.resolve()).then(work, work);
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(appId) === settled) this.#turns.delete(appId);
      });
    this.#turns.set(appId, settled);
    return mine;
  }
}
