/**
 * A small wrk: its own process, raw sockets, one request at a time on each. Run by load.ts with one JSON argument.
 * Without a rate each connection sends its next request when the answer is there; with a rate requests start by the
 * clock, whatever the answers do. Prints one JSON object.
 */
import { connect, type Socket } from 'node:net';

export interface ClientOrder {
  address: string;
  port: number;
  host: string;
  connections: number;
  seconds: number;
  /** Requests per second in all; null: as fast as answers come. */
  rate: number | null;
}

export interface ClientReport {
  requests: number;
  errors: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as ClientOrder;
const request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${order.host}\r\nAccept: */*\r\n\r\n`);
const latencies: number[] = [];
let errors = 0;
let ended = false;

/** One connection: knows when it waits, and where the end of its answer is. */
class Line {
  #socket: Socket | null = null;
  #sentAt = 0;
  #pending: Buffer = Buffer.alloc(0);
  readonly #onFree: (line: Line) => void;

  constructor(onFree: (line: Line) => void) {
    this.#onFree = onFree;
  }

  open(): void {
    const socket = connect({ host: order.address, port: order.port, noDelay: true });
    socket.once('connect', () => this.#onFree(this));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (ended) return;
      errors += 1;
      this.#pending = Buffer.alloc(0);
      setTimeout(() => this.open(), 10);
    });
    this.#socket = socket;
  }

  send(): void {
    this.#sentAt = performance.now();
    this.#socket?.write(request);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #read(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const head = this.#pending.indexOf('\r\n\r\n');
    if (head === -1) return;
    const headers = this.#pending.toString('latin1', 0, head);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(headers)?.[1] ?? 0);
    if (this.#pending.length < head + 4 + length) return;
    this.#pending = Buffer.alloc(0);
    if (headers.startsWith('HTTP/1.1 200')) latencies.push(performance.now() - this.#sentAt);
    else errors += 1;
    this.#onFree(this);
  }
}

const idle: Line[] = [];
const lines = Array.from(
  { length: order.connections },
  () => new Line((line) => (ended ? undefined : order.rate === null ? line.send() : void idle.push(line))),
);
for (const line of lines) line.open();

const begin = performance.now();
if (order.rate !== null) {
  let started = 0;
  const rate = order.rate;
  const clock = setInterval(() => {
    const due = ((performance.now() - begin) / 1_000) * rate;
    while (started < due && idle.length > 0) {
      started += 1;
      idle.pop()?.send();
    }
  }, 1);
  setTimeout(() => clearInterval(clock), order.seconds * 1_000);
}
setTimeout(() => {
  ended = true;
  for (const line of lines) line.close();
  const sorted = latencies.sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  const report: ClientReport = {
    requests: sorted.length,
    errors,
    seconds: (performance.now() - begin) / 1_000,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
  process.stdout.write(JSON.stringify(report));
}, order.seconds * 1_000);
