import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import type { Who } from '#bench/bench-app.js';

interface Question {
  port: number;
  host: string;
  method: string;
  /** Keeps connections; false: one of its own. */
  agent: Agent | false;
  headers?: Record<string, string>;
}

/** One request of the bench app; rejects on anything but its 200. */
export function askWho(question: Question): Promise<Who> {
  return answerOf(question).then(({ who }) => who);
}

/** The same, with the headers of the answer. */
export function answerOf(question: Question): Promise<{ who: Who; headers: IncomingHttpHeaders }> {
  const { port, host, method, agent, headers } = question;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...{ host: '127.0.0.1', port, method, agent },
      headers: { Host: host, ...headers },
      signal: AbortSignal.timeout(30_000),
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve({ who: JSON.parse(text) as Who, headers: response.headers });
        else reject(new Error(`${response.statusCode} ${text.slice(0, 120)}`));
      });
    });
    outgoing.end(method === 'POST' ? 'a body that must arrive once' : undefined);
  });
}
