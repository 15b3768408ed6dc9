import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { Server as TcpServer } from 'node:net';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { routeTable } from '#libs/contracts/edge.js';
import { wakeReply, type WakeReply } from '#libs/contracts/runtime-api.js';
import { closeMigrating } from '#apps/activator/src/connection-migration.js';
import { askControl } from '#apps/activator/src/control-client.js';
import { createControlServer } from '#apps/activator/src/control-server.js';
import { Edge } from '#apps/activator/src/edge.js';
import { createEdgeServer } from '#apps/activator/src/edge-server.js';
import { hostResolvers } from '#apps/activator/src/internal/host-resolvers.js';
import { Relay } from '#apps/activator/src/internal/relay.js';
import { TeamGates } from '#apps/activator/src/internal/team-gates.js';
import { KeptSockets, type Place } from '#libs/config/kept-sockets.js';
import type { Limits } from '#apps/activator/src/limits.js';
import type { Settings } from '#apps/activator/src/settings.js';
import { Siblings } from '#apps/activator/src/siblings.js';
import type { Wanted } from '#apps/activator/src/wakes.js';
import { TableFile } from '#apps/activator/src/table-file.js';

/** Traefik closes its idle connections to us after 4 s: after this nobody can be about to use one. */
const quietMs = 6_000;

/** Longest wait for the runtime's answer: thawing takes milliseconds, and starting is not waited for. */
const wakeMs = 5_000;

/** A running activator. `drain` resolves when the last request has been answered or `withinMs` has passed. */
export interface Activator {
  port: number;
  edge: Edge;
  drain(withinMs: number): Promise<void>;
}

/**
 * Starts an activator, beside an older one if there is one (a restart that loses nothing):
 * own control socket first, so that tables sent to the older one reach us; then the newest table that file or sibling
 * have; then visitors and the teams' containers; then the well-known socket.
 */
export async function startActivator(
  settings: Settings,
  limits: Limits,
  warn: (message: string) => void = () => undefined,
  sockets = new KeptSockets(),
): Promise<Activator> {
  let [listening, draining] = [false, false];
  const edge = new Edge({
    limits,
    scheme: settings.scheme,
    wake: (wanted) => wakeApp(settings.runDir, wanted),
    gitUrl: (app) => `${settings.platform}/git/${app}.git`,
  });
  const file = new TableFile(join(settings.home, 'edge', 'table.json'));
  const siblings = new Siblings(settings.runDir, process.pid, limits.relayMs);

  const control = createControlServer({
    ...{ edge, file, siblings, limits },
    ...{ listening: () => listening, draining: () => draining },
  });
  await mkdir(settings.runDir, { recursive: true, mode: 0o700 });
  await rm(siblings.own, { force: true });
  await listen(control, { path: siblings.own });
  await chmod(siblings.own, 0o600);

  const saved = await file.load();
  if (saved !== null) edge.apply(saved);
  const tables = await siblings.get('/table');
  for (const other of tables) {
    const parsed = routeTable.safeParse(other);
    if (parsed.success) edge.apply(parsed.data);
  }
  const visitors = createEdgeServer(edge, limits, () => draining);
  const place = { host: '127.0.0.1', port: settings.port };
  try {
    if (tables.length === 0 && !sockets.inherits(place)) await refuseForeignListener(place);
    await sockets.listen(visitors, place, { backlog: 4096, shared: true });
  } catch (error) {
    control.close();
    throw error;
  }
  const gates = new TeamGates({
    limits,
    sockets,
    relay: new Relay(hostResolvers(), limits),
    port: portOf(visitors),
    namesPort: settings.namesPort,
    instances: (host) => edge.addresses(host),
    server: (addressed) => createEdgeServer(edge, limits, () => draining, addressed),
    warn,
  });
  gates.apply(edge.table);
  sockets.dropRest();
  edge.onTable((table) => gates.apply(table));
  await siblings.takeLink();
  listening = true;

  return {
    port: portOf(visitors),
    edge,
    drain: async (withinMs) => {
      draining = true;
      const closed = stopListening(visitors, gates);
      const idle = setTimeout(() => visitors.closeIdleConnections(), Math.min(quietMs, withinMs));
      const cut = setTimeout(() => {
        visitors.closeAllConnections();
        gates.cut();
      }, withinMs);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, withinMs + 500).unref())]);
      clearTimeout(idle);
      clearTimeout(cut);
      await siblings.dropLink();
      await new Promise((resolve) => {
        control.close(resolve);
        control.closeAllConnections();
      });
    },
  };
}

/** Has the runtime of this host wake an app. */
async function wakeApp(runDir: string, wanted: Wanted): Promise<WakeReply> {
  const ask = { method: 'POST', path: '/wake', body: { ...wanted } } as const;
  const { status, body } = await askControl(join(runDir, 'runtime.sock'), ask, wakeMs);
  if (status !== 200) throw new Error(`The runtime answered ${status} when asked to wake an app.`);
  return wakeReply.parse(body);
}

/**
 * Takes no new connections; resolves when those there are have ended. Idle ones stay open: Traefik may be sending a
 * request on one of them this very moment, and a POST that meets a closed connection is lost.
 */
async function stopListening(server: Server, gates: TeamGates): Promise<void> {
  const closed = Promise.all([once(server, 'close'), gates.ended()]);
  await closeMigrating(() => {
    // http.Server's own close() would close idle connections as well; net.Server's does not.
    TcpServer.prototype.close.call(server);
    gates.shut();
  });
  await closed;
}

/** With reusePort two unrelated programs could share the port without noticing: make sure that nobody has it. */
async function refuseForeignListener(place: Place): Promise<void> {
  const probe = new TcpServer();
  await listen(probe, place);
  probe.close();
  await once(probe, 'close');
}

async function listen(server: TcpServer, options: { path: string } | Place): Promise<void> {
  server.listen(options);
  // Rejects when the server says 'error' first.
  await once(server, 'listening');
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
