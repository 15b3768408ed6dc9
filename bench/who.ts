import { request, type Agent } from 'node:http';
import type { Who } from '#bench/bench-app.js';

/** One request of the bench app, on a kept connection or one of its own; rejects on anything but its 200. */
export function askWho(options: {
  port: number;
  host: string;
  method: string;
  agent: Agent | false;
}): Promise<Who> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: options.port,
      method: options.method,
      agent: options.agent,
      headers: { Host: options.host },
      signal: AbortSignal.timeout(30_000),
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Who);
        else reject(new Error(`${response.statusCode} ${text.slice(0, 120)}`));
      });
    });
    outgoing.end(options.method === 'POST' ? 'a body that must arrive once' : undefined);
  });
}
