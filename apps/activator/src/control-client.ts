import { request } from 'node:http';

export interface ControlAnswer {
  status: number;
  body: unknown;
}

/** One request to a control socket. Rejects when nobody answers within `timeoutMs`. */
export function askControl(
  socketPath: string,
  ask: { method: 'GET' | 'PUT' | 'POST'; path: string; body?: unknown; fromSibling?: boolean },
  timeoutMs: number,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const text = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const outgoing = request({
      socketPath,
      method: ask.method,
      path: ask.path,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        Host: 'activator',
        ...(text === undefined ? {} : { 'Content-Length': Buffer.byteLength(text) }),
        ...(ask.fromSibling ? { 'Berth-Sibling': String(process.pid) } : {}),
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
          });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    outgoing.end(text);
  });
}
