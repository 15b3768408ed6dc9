import { request } from 'node:http';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Ask {
  port?: number;
  address?: string;
  socketPath?: string;
  host?: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  timeoutMs?: number;
}

/** One request on a connection of its own. Dials by address: Node does not resolve *.localhost everywhere. */
export function ask(options: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...(options.socketPath === undefined
        ? { host: options.address ?? '127.0.0.1', port: options.port }
        : { socketPath: options.socketPath }),
      method: options.method ?? 'GET',
      path: options.path ?? '/',
      agent: false,
      headers: { ...(options.host === undefined ? {} : { Host: options.host }), ...options.headers },
      signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end(options.body);
  });
}
