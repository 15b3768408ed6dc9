import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { version } from '#libs/config/version.js';
import { edgeStats, routeTable, type EdgeStats, type RouteTable } from '#libs/contracts/edge.js';
import type { Edge } from '#apps/activator/src/edge.js';
import type { Limits } from '#apps/activator/src/limits.js';
import type { Siblings } from '#apps/activator/src/siblings.js';
import type { TableFile } from '#apps/activator/src/table-file.js';

export interface ControlOptions {
  edge: Edge;
  file: TableFile;
  siblings: Siblings;
  limits: Limits;
  /** Does it take visitors? Whoever waits for that (the supervisor) then ends the process before. */
  listening: () => boolean;
  draining: () => boolean;
}

/**
 * The runtime's door, on a unix socket: `PUT /table`, `GET /table`, `GET /stats`, `GET /healthz`.
 * While two processes overlap (a restart) either one answers for both: tables are relayed, counters added. A request
 * that comes from the other process carries `Berth-Sibling` and stays here.
 */
export function createControlServer(options: ControlOptions): Server {
  return createServer({ requestTimeout: 30_000 }, (request, response) => {
    handle(request, response, options).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      send(response, 500, { code: 'control_failed', message: String(error) });
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlOptions,
): Promise<void> {
  const fromSibling = request.headers['berth-sibling'] !== undefined;
  switch (`${request.method} ${request.url}`) {
    case 'PUT /table':
      return putTable(request, response, options, fromSibling);
    case 'GET /table':
      return send(response, 200, options.edge.table);
    case 'GET /stats':
      return send(response, 200, fromSibling ? options.edge.stats() : await allStats(options));
    case 'GET /healthz':
      return send(response, options.listening() ? 200 : 503, {
        ok: options.listening(),
        version,
        pid: process.pid,
        draining: options.draining(),
        ...options.edge.version,
      });
    default:
      return send(response, 404, {
        code: 'not_found',
        message: 'The activator has /table, /stats and /healthz.',
      });
  }
}

async function putTable(
  request: IncomingMessage,
  response: ServerResponse,
  { edge, file, siblings, limits }: ControlOptions,
  fromSibling: boolean,
): Promise<void> {
  const parsed = await readTable(request, limits.tableBytes);
  if (typeof parsed === 'string') return send(response, 400, { code: 'bad_table', message: parsed });
  if (edge.apply(parsed) === 'older') return send(response, 409, edge.version);
  if (!fromSibling) {
    await file.save(parsed);
    // An answer of 200 means that no process of this edge still uses an older table.
    if (!(await siblings.relay(parsed))) {
      return send(response, 503, {
        code: 'sibling_silent',
        message: 'An older activator that is ending did not take the table. Send it again.',
      });
    }
  }
  send(response, 200, edge.version);
}

/** The table, or a sentence that says what is wrong with it. */
async function readTable(request: IncomingMessage, maxBytes: number): Promise<RouteTable | string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return `A table may have ${maxBytes} bytes.`;
    chunks.push(chunk);
  }
  try {
    const parsed = routeTable.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    return parsed.success
      ? parsed.data
      : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  } catch {
    return 'The table is not JSON.';
  }
}

async function allStats({ edge, siblings }: ControlOptions): Promise<EdgeStats> {
  const total = edge.stats();
  for (const other of await siblings.get('/stats')) {
    const parsed = edgeStats.safeParse(other);
    if (parsed.success) addStats(total, parsed.data);
  }
  return total;
}

/** Adds the counters of another process of the same edge. */
export function addStats(total: EdgeStats, other: EdgeStats): void {
  addDemand(total, other);
  for (const [id, theirs] of Object.entries(other.instances)) {
    const ours = total.instances[id];
    if (ours === undefined) {
      total.instances[id] = theirs;
      continue;
    }
    ours.inFlight += theirs.inFlight;
    ours.idle = (ours.idle ?? 0) + (theirs.idle ?? 0);
    ours.requests += theirs.requests;
    ours.errors += theirs.errors;
    ours.buckets = ours.buckets.map((count, index) => count + (theirs.buckets[index] ?? 0));
  }
}

/** Of what is in hand. */
function addDemand(total: EdgeStats, other: EdgeStats): void {
  const apps = (total.apps ??= {});
  for (const [appId, { now, seconds }] of Object.entries(other.apps ?? {})) {
    const ours = apps[appId] ?? { now: 0, seconds: 0 };
    apps[appId] = { now: ours.now + now, seconds: ours.seconds + seconds };
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
