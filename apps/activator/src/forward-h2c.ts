import type { ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { constants } from 'node:http2';
import { requestHeaders } from '#apps/activator/src/forward-headers.js';
import { startHeaders, type Attempt, type ForwardOptions } from '#apps/activator/src/forward.js';
import { H2cConnection } from '#apps/activator/src/h2c-connection.js';
import { sendBody } from '#apps/activator/src/send-body.js';
import type { Upstream } from '#apps/activator/src/upstream.js';
import type { Visit } from '#apps/activator/src/visit.js';

/** A gRPC stream may be silent for as long as its ends like. */
const neverIdleMs = 2 ** 31 - 1;

/** Not for HTTP/2: it says these in its own way, or forbids them. */
const leftOut = new Set(['host', 'connection', 'upgrade', 'transfer-encoding', 'expect', 'keep-alive']);

/**
 * Like `forward`, to an instance that speaks HTTP/2 without TLS: both bodies are streamed at the same time, and the answer's trailers
 * (gRPC's status) go on to the visitor. Between Traefik and the activator all of this is HTTP/1.1 in chunks, which carries it.
 */
export async function forwardH2c(
  visit: Visit,
  upstream: Upstream,
  options: ForwardOptions,
): Promise<Attempt> {
  // HTTP/2 has no switch of protocols in this form.
  if (visit.tunnel !== null) return { end: 'broken' };
  const waitedMs = Number(process.hrtime.bigint() - visit.startedAt) / 1e6;
  upstream.h2c ??= new H2cConnection(upstream.instance, options.limits);
  let stream: ClientHttp2Stream;
  try {
    stream = await upstream.h2c.request(headersFor(visit, options), { endStream: !visit.body });
  } catch {
    return { end: visit.gone.aborted ? 'gone' : 'unreachable' };
  }
  return new Promise((resolve) => new Exchange(visit, stream, { ...options, waitedMs }, resolve).begin());
}

/** One request and its answer. */
class Exchange {
  #answered = false;
  #late: NodeJS.Timeout | undefined;

  readonly #visit: Visit;
  readonly #stream: ClientHttp2Stream;
  readonly #options: ForwardOptions & { waitedMs: number };
  readonly #resolve: (attempt: Attempt) => void;

  constructor(
    visit: Visit,
    stream: ClientHttp2Stream,
    options: ForwardOptions & { waitedMs: number },
    resolve: (attempt: Attempt) => void,
  ) {
    this.#visit = visit;
    this.#stream = stream;
    this.#options = options;
    this.#resolve = resolve;
  }

  begin(): void {
    const [visit, stream, { requestSeconds, bodyBytes }] = [this.#visit, this.#stream, this.#options];
    visit.gone.addEventListener('abort', this.#abandon, { once: true });
    if (visit.gone.aborted) return this.#abandon();
    if (requestSeconds !== undefined) {
      const begin = () => (this.#late = setTimeout(() => this.#give('too-slow'), requestSeconds * 1_000));
      if (visit.body) stream.once('finish', begin);
      else begin();
    }
    if (visit.body) {
      if (visit.request.headers.expect !== undefined) visit.response.writeContinue();
      const onTooLarge = () => this.#give('too-large');
      sendBody(visit.request, stream, { idleMs: neverIdleMs, bytes: bodyBytes, onTooLarge });
    }
    stream.once('response', (headers, flags) => this.#answer(headers, flags));
    // What went wrong is told by the close that follows.
    stream.on('error', () => undefined);
    stream.once('close', () => {
      if (!this.#answered) this.#finish({ end: visit.gone.aborted ? 'gone' : 'broken' });
    });
  }

  #answer(headers: IncomingHttpHeaders & { ':status'?: number }, flags: number): void {
    this.#answered = true;
    clearTimeout(this.#late);
    const { response } = this.#visit;
    const stream = this.#stream;
    const status = headers[':status'] ?? 0;
    // An answer of headers alone (gRPC fails like that) stays one.
    const empty = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const own = flat(headers);
    if (empty && headers['content-length'] === undefined && status !== 204 && status !== 304)
      own.push('Content-Length', '0');
    try {
      response.writeHead(status, [...own, ...startHeaders(this.#options)]);
    } catch {
      stream.close(constants.NGHTTP2_CANCEL);
      return this.#finish({ end: 'broken' });
    }
    const over = (whole: boolean) => this.#finish({ end: 'answered', failed: !whole || status >= 500 });
    response.once('close', () => over(response.writableFinished));
    response.once('finish', () => over(true));
    if (empty) return void response.end();
    response.flushHeaders();
    let trailers: [string, string][] = [];
    stream.once('trailers', (found) => (trailers = pairs(flat(found))));
    stream.pipe(response, { end: false });
    stream.once('close', () => {
      // One that breaks off must not look complete.
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) return void response.destroy();
      if (trailers.length > 0) response.addTrailers(trailers);
      response.end();
    });
  }

  /** Nobody waits for the app any more: the activator answers, unless the app's answer is on its way. */
  #give(end: 'too-slow' | 'too-large'): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
    if (this.#answered) this.#visit.response.destroy();
    else this.#finish({ end });
  }

  readonly #abandon = () => {
    this.#stream.close(constants.NGHTTP2_CANCEL);
    if (!this.#answered) this.#finish({ end: 'gone' });
  };

  #finish(attempt: Attempt): void {
    clearTimeout(this.#late);
    this.#visit.gone.removeEventListener('abort', this.#abandon);
    this.#resolve(attempt);
  }
}

function headersFor({ request, internal }: Visit, { scheme }: ForwardOptions): OutgoingHttpHeaders {
  const facts = { scheme: internal ? 'http' : scheme, internal, upgrade: false, chunked: false } as const;
  const headers: Record<string, string | string[]> = {
    ':method': request.method ?? 'GET',
    ':path': request.url ?? '/',
    ':scheme': 'http',
    ':authority': request.headers.host ?? '',
  };
  for (const [name, value] of pairs(requestHeaders(request, facts))) {
    const lower = name.toLowerCase();
    if (leftOut.has(lower)) continue;
    const before = headers[lower];
    headers[lower] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/** As node:http takes them, without what only HTTP/2 has. */
function flat(headers: IncomingHttpHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (name.startsWith(':') || value === undefined) return [];
    return [value].flat().flatMap((one) => [name, one]);
  });
}

function pairs(list: string[]): [string, string][] {
  return Array.from({ length: list.length / 2 }, (_, index) => [
    list[2 * index] ?? '',
    list[2 * index + 1] ?? '',
  ]);
}
