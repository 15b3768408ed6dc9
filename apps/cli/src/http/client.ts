import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '#libs/contracts/api/common.js';
import type { ToServer } from '#libs/terminal/channel.js';
import { Failure, usage } from '../frame/failure.js';
import { nodeCrypto } from '../node-modules.js';
import { version } from '../version.js';
import { connectionFailure, problemFailure } from './problems.js';
import { proxyFor } from './proxy.js';
import { send, type Sending } from './send.js';
import { SseParser } from './sse.js';

export type Query = Readonly<Record<string, string | number | undefined>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Silence after which a plain request is given up. */
const IDLE_MS = 60_000;
/** The platform says that it lives every 15 s; a stream that is quiet for longer is dead. */
const STREAM_IDLE_MS = 45_000;
const ANSWER_MAX = 32 << 20;
/** Waits between tries of a request that may be repeated, in ms. */
const RETRIES = [300, 1_500];
/** A stream that cannot be taken up again within this many tries is given up. */
const RECONNECTS = 12;

/** Talks to /v1 of one platform as one caller. Answers are typed by libs/contracts and not checked again: see docs/cli.md. */
export class Api {
  constructor(
    readonly url: string,
    private readonly token: string | null,
    private readonly env: Environment,
    private readonly signal: AbortSignal,
    private readonly trace: (line: string) => void = () => undefined,
  ) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.call<T>('GET', path, { query });
  }

  post<T>(path: string, body: unknown = {}, headers: OutgoingHttpHeaders = {}): Promise<T> {
    return this.call<T>('POST', path, { body, headers });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, { body });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PATCH', path, { body });
  }

  delete<T = void>(path: string, headers: OutgoingHttpHeaders = {}): Promise<T> {
    return this.call<T>('DELETE', path, { headers });
  }

  /** A list's items, page after page, until there are `most`. */
  async list<T>(path: string, query: Query = {}, most = 1_000): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.get<Page<T>>(path, {
        ...query,
        limit: Math.min(100, most - items.length),
        cursor,
      });
      items.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined && items.length < most);
    return items;
  }

  /** A WebSocket of the platform's terminals. It is opened once: what it runs must not run twice. */
  async terminal(path: string): Promise<ToServer> {
    const url = this.address(path, {});
    const headers = this.headers();
    // Loaded here, with all that checks its messages: most commands need none.
    const { openTerminal } = await import('./terminal.js');
    return openTerminal({ url, headers, env: this.env, signal: this.signal }).catch((error: unknown) =>
      Promise.reject(this.told(error, url) as Error),
    );
  }

  /** Sends a stream as the body. It is read once, so it is never repeated. */
  async upload<T>(path: string, query: Query, body: Readable, headers: OutgoingHttpHeaders): Promise<T> {
    const url = this.address(path, query);
    const answer = await this.send({ method: 'POST', url, headers, body, idleMs: 5 * IDLE_MS });
    return this.answer<T>(answer, url);
  }

  /** The headers of an answer too: for signing in, whose cookie is all that is wanted. */
  async signIn(body: unknown): Promise<string> {
    const url = this.address('/v1/session', {});
    const headers = { 'content-type': 'application/json' };
    const answer = await this.send({
      method: 'POST',
      url,
      headers,
      body: JSON.stringify(body),
      idleMs: IDLE_MS,
    });
    await this.answer(answer, url);
    const cookie = answer.headers['set-cookie']?.find((one) => /^(?:__Host-)?berth_session=/.test(one));
    if (cookie === undefined)
      throw new Failure(`${this.url} did not sign you in.`, {
        why: 'Its answer had no session cookie.',
        todo: 'A proxy between may have taken it away; sign in with a token instead: `berth login --token -`.',
      });
    return cookie.split(';', 1)[0] as string;
  }

  /**
   * Messages of a live stream, for as long as it lasts. A broken connection is taken up again where it broke; whoever reads ends
   * it by leaving the loop.
   */
  async *stream(path: string, query: Query = {}): AsyncGenerator<{ event: string; data: unknown }> {
    const url = this.address(path, query);
    let last: string | null = null;
    for (let tries = 0; !this.signal.aborted; tries++) {
      try {
        const answer = await this.send({
          method: 'GET',
          url,
          headers: { accept: 'text/event-stream', ...(last !== null && { 'last-event-id': last }) },
          idleMs: STREAM_IDLE_MS,
        });
        if (answer.statusCode !== 200) await this.answer(answer, url);
        const parser = new SseParser();
        answer.setEncoding('utf8');
        for await (const piece of answer as AsyncIterable<string>)
          for (const message of parser.push(piece)) {
            tries = 0;
            last = message.id ?? last;
            yield { event: message.event, data: JSON.parse(message.data) as unknown };
          }
      } catch (error) {
        if (this.signal.aborted) return;
        const hopeless = error instanceof Failure && error.exit !== 'unreachable';
        if (hopeless || tries >= RECONNECTS) throw this.told(error, url);
        this.trace(`stream broke: ${(error as Error).message}`);
      }
      await delay(Math.min(5_000, 250 * 2 ** tries), undefined, { signal: this.signal }).catch(
        () => undefined,
      );
    }
  }

  /** One call, repeated when the connection breaks or the platform is busy: a write carries a key that makes it happen once. */
  private async call<T>(
    method: string,
    path: string,
    { query = {}, body, headers = {} }: { query?: Query; body?: unknown; headers?: OutgoingHttpHeaders },
  ): Promise<T> {
    const url = this.address(path, query);
    const all: OutgoingHttpHeaders = {
      ...headers,
      ...(method !== 'GET' && method !== 'DELETE' && { 'idempotency-key': nodeCrypto().randomUUID() }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    for (let turn = 0; ; turn++) {
      const last = turn >= RETRIES.length;
      try {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const answer = await this.send({ method, url, headers: all, body: text, idleMs: IDLE_MS });
        const wait = retryAfterMs(answer);
        if (last || wait === null) return await this.answer<T>(answer, url);
        answer.resume();
        await delay(wait, undefined, { signal: this.signal });
      } catch (error) {
        const refused = error instanceof Failure && error.code !== 'unreachable';
        if (last || refused || this.signal.aborted || isRefusedConnection(error)) throw error;
        await delay(RETRIES[turn], undefined, { signal: this.signal });
      }
    }
  }

  private async send(what: Omit<Sending, 'env' | 'signal'>): Promise<IncomingMessage> {
    const started = Date.now();
    const { method, url } = what;
    try {
      const answer = await send({
        ...what,
        env: this.env,
        signal: this.signal,
        headers: { ...this.headers(), ...what.headers },
      });
      this.trace(`${method} ${url.href} ${answer.statusCode} ${Date.now() - started} ms`);
      return answer;
    } catch (error) {
      this.trace(`${method} ${url.href} ${(error as Error).message}`);
      throw this.told(error, url);
    }
  }

  private headers(): OutgoingHttpHeaders {
    return {
      accept: 'application/json',
      'user-agent': `berth-cli/${version} (${process.platform}; node ${process.versions.node})`,
      ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
    };
  }

  private told(error: unknown, url: URL): unknown {
    if (error instanceof Failure || this.signal.aborted) return error;
    return connectionFailure(error, url, proxyFor(url, this.env));
  }

  private async answer<T>(answer: IncomingMessage, url: URL): Promise<T> {
    const status = answer.statusCode ?? 0;
    const text = await textOf(answer).catch((error: unknown) =>
      Promise.reject(this.told(error, url) as Error),
    );
    if (status < 200 || status > 299) throw problemFailure(status, answer.headers, text, url.origin);
    if (status === 204 || text === '') return undefined as T;
    try {
      if ((answer.headers['content-type'] ?? '').startsWith('application/json')) return JSON.parse(text) as T;
    } catch {
      // Told below.
    }
    throw problemFailure(status, answer.headers, '', url.origin);
  }

  private address(path: string, query: Query): URL {
    const url = new URL(path, this.url);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_MAX) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** How long to wait before the same request is sent again, or null when its answer is final. */
function retryAfterMs({ statusCode, headers }: IncomingMessage): number | null {
  if (statusCode !== 429 && statusCode !== 502 && statusCode !== 503 && statusCode !== 504) return null;
  const seconds = Number(headers['retry-after'] ?? 1);
  return seconds <= 10 ? seconds * 1_000 : null;
}

/** Nobody listens, or whoever does is not trusted: trying again within two seconds changes nothing, and the person waits. */
function isRefusedConnection(error: unknown): boolean {
  const cause = (error as Failure).cause as NodeJS.ErrnoException | undefined;
  return /^(ECONNREFUSED|ENOTFOUND|PROXY_REFUSED)$|CERT|VERIFY/.test(cause?.code ?? '');
}

/** A part of a path: names come from people and from other people's data. */
export function seg(part: string | number): string {
  const text = String(part);
  // URL normalises dots away even when they are escaped.
  if (text === '' || text === '.' || text === '..') throw usage(`"${text}" is not a name.`);
  return encodeURIComponent(text);
}
