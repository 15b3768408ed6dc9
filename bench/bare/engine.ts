import { request } from 'node:http';
import type { Readable } from 'node:stream';

/** Bare calls of the Docker Engine's API, past Berth: the baseline is what the parts can do alone. */
export class BareEngine {
  readonly #where: { socketPath: string } | { host: string; port: number };

  /** `dockerHost` as in DOCKER_HOST: unix:///path or tcp://host:port. */
  constructor(dockerHost: string) {
    const url = new URL(dockerHost);
    this.#where =
      url.protocol === 'unix:'
        ? { socketPath: url.pathname }
        : { host: url.hostname, port: Number(url.port) };
  }

  /** The answer's text. Throws on an error status, and on an `error` line within a stream that began with 200. */
  call(
    method: string,
    path: string,
    body?: Readable | object,
    headers: Record<string, string> = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const stream = body !== undefined && 'pipe' in body ? (body as Readable) : null;
      const text = body === undefined || stream !== null ? undefined : JSON.stringify(body);
      const type = stream !== null ? 'application/x-tar' : 'application/json';
      const outgoing = request({
        ...this.#where,
        method,
        path,
        agent: false,
        headers: { Host: 'engine', ...(body === undefined ? {} : { 'Content-Type': type }), ...headers },
      });
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (answer += chunk));
        response.once('error', reject);
        response.once('end', () => {
          const failed = (response.statusCode ?? 500) >= 400 || /"error"\s*:/.test(answer);
          if (failed)
            reject(
              new Error(`${method} ${path.split('?')[0]}: ${response.statusCode} ${answer.slice(-300)}`),
            );
          else resolve(answer);
        });
      });
      if (stream !== null) stream.pipe(outgoing);
      else outgoing.end(text);
    });
  }
}
