import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { isIPv4, Server as TcpServer } from 'node:net';
import { contains, parseBlock, type Block } from '#libs/core/subnet.js';
import type { TeamGate as GateRow } from '#libs/contracts/edge.js';
import { hostKey } from '#apps/activator/src/host-name.js';
import { NamesServer } from '#apps/activator/src/internal/names-server.js';
import type { Relay } from '#apps/activator/src/internal/relay.js';
import type { KeptSockets, Place } from '#libs/config/kept-sockets.js';
import type { Limits } from '#apps/activator/src/limits.js';
import type { Addressed } from '#apps/activator/src/visit.js';

export interface GateOptions {
  limits: Limits;
  relay: Relay;
  sockets: KeptSockets;
  /** HTTP on the gateway's address. The firewall leads ports 80 and 8080 of that address here. */
  port: number;
  /** Names, UDP and TCP; the firewall leads port 53 here. */
  namesPort: number;
  /** Addresses of a host's instances that serve now. */
  instances: (host: string) => string[];
  /** An HTTP server that takes each request for what `addressed` says of it. */
  server: (addressed: (request: IncomingMessage) => Addressed) => Server;
  warn: (message: string) => void;
}

const suffix = '.internal';

/**
 * Where the containers of one team reach the activator: their bridge's own address. HTTP for `NAME.internal`, and the
 * names themselves. Callers from anywhere else are cut off.
 */
export class TeamGate {
  readonly gateway: string;
  readonly subnet: string;
  readonly #block: Block;
  readonly #options: GateOptions;
  readonly #http: Server;
  readonly #names: NamesServer;
  readonly #httpAt: Place;
  readonly #namesAt: Place;
  #apps: ReadonlyMap<string, string>;
  #shut = false;

  constructor(row: GateRow, options: GateOptions) {
    this.gateway = row.gateway;
    this.subnet = row.subnet;
    this.#block = parseBlock(row.subnet);
    this.#options = options;
    this.#httpAt = { host: row.gateway, port: options.port };
    this.#namesAt = { host: row.gateway, port: options.namesPort };
    this.#apps = new Map(Object.entries(row.apps));
    const { limits } = options;
    const isOurs = (address: string | undefined): boolean => contains(this.#block, address ?? '');
    this.#http = options.server((request) => this.#addressed(request));
    this.#http.keepAliveTimeout = limits.callerKeepAliveMs;
    this.#http.maxConnections = limits.connectionsPerTeam;
    this.#http.prependListener('connection', (socket) => {
      if (!isOurs(socket.remoteAddress)) socket.destroy();
    });
    this.#names = new NamesServer({
      zone: {
        gateway: row.gateway,
        has: (name) => this.#apps.has(name),
        instances: (name) => options.instances(this.#apps.get(name) ?? '').filter(isIPv4),
      },
      relay: options.relay,
      isOurs,
      connections: limits.namesConnections,
      idleMs: limits.namesIdleMs,
    });
  }

  /** Takes over who is in the team now. */
  set(row: GateRow): void {
    this.#apps = new Map(Object.entries(row.apps));
  }

  /** Listens; where that cannot be yet (the Engine has not made the bridge), tries until it can. */
  open(): void {
    const { sockets } = this.#options;
    void this.#until('HTTP', () => sockets.listen(this.#http, this.#httpAt, { backlog: 1024, shared: true }));
    void this.#until('names (TCP)', () => sockets.listen(this.#names.tcp, this.#namesAt, { shared: true }));
    void this.#until('names (UDP)', () => sockets.bind(this.#names.udp, this.#namesAt));
  }

  /** Takes no new connection; those there are go on. An idle one ends by itself, within `callerKeepAliveMs`. */
  shut(): void {
    if (this.#shut) return;
    this.#shut = true;
    // http.Server's own close() would close idle connections as well, under a request that is on its way.
    TcpServer.prototype.close.call(this.#http);
    this.#names.close();
  }

  /** Resolves once nothing is open any more. Call it before `shut`. */
  async ended(): Promise<void> {
    if (this.#http.listening) await once(this.#http, 'close');
  }

  /** Ends what is still open. */
  cut(): void {
    this.shut();
    this.#http.closeAllConnections();
  }

  /** There is no such gate any more. */
  close(): void {
    this.cut();
    for (const place of [this.#httpAt, this.#namesAt]) this.#options.sockets.drop(place);
  }

  #addressed(request: IncomingMessage): Addressed {
    const asked = hostKey(request.headers.host);
    const name = asked?.endsWith(suffix) === true ? asked.slice(0, -suffix.length) : '';
    return { host: this.#apps.get(name) ?? null, asked, internal: true };
  }

  async #until(what: string, attempt: () => Promise<void>): Promise<void> {
    const { limits, warn } = this.#options;
    let told = '';
    for (
      let pauseMs = limits.gateRetryMs;
      !this.#shut;
      pauseMs = Math.min(2 * pauseMs, limits.gateRetryMostMs)
    ) {
      try {
        await attempt();
        return;
      } catch (error) {
        const code = String((error as NodeJS.ErrnoException).code);
        // A bridge that is not there yet is nothing to report.
        if (code !== 'EADDRNOTAVAIL' && code !== told) warn(`${what} on ${this.gateway} not yet: ${code}`);
        told = code;
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
      }
    }
  }
}
