import { Agent, request, type RequestListener } from 'node:http';

/** From and to which addresses of this machine. */
export interface LoadWay {
  from?: string;
  to?: string;
}

export interface Load {
  failures: string[];
  answered: () => number;
  /** How many answers each body had, without what the visitor sent. */
  byServer: Map<string, number>;
  stop: () => Promise<void>;
}

/**
 * Clients that ask one after the other, three of ten requests a POST with a body. An answer counts when it is 200 and
 * reads `<server> <method> <body>`. Half of the requests go over kept connections, as a browser's would.
 */
export function startLoad(port: number, host: string, clients = 10, way: LoadWay = {}): Load {
  let stopped = false;
  let answered = 0;
  const kept = new Agent({ keepAlive: true, timeout: 4_000 });
  const failures: string[] = [];
  const byServer = new Map<string, number>();

  const one = (index: number) =>
    new Promise<void>((resolve) => {
      const method = index % 10 < 3 ? 'POST' : 'GET';
      const agent = index % 2 === 0 ? kept : false;
      const outgoing = request({
        host: way.to ?? '127.0.0.1',
        localAddress: way.from,
        port,
        agent,
        method,
        headers: { Host: host },
      });
      outgoing.on('error', (error) => {
        failures.push(`${method} ${outgoing.reusedSocket ? 'kept' : 'new'}: ${error.message}`);
        resolve();
      });
      outgoing.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', (error) => failures.push(`${method} answer: ${error.message}`));
        response.on('close', resolve);
        response.on('end', () => {
          const [server, ...rest] = text.split(' ');
          if (
            response.statusCode === 200 &&
            rest.join(' ') === `${method} ${method === 'POST' ? 'body' : ''}`
          ) {
            answered += 1;
            byServer.set(server ?? '', (byServer.get(server ?? '') ?? 0) + 1);
          } else failures.push(`${method} ${response.statusCode} ${text.slice(0, 200)}`);
        });
      });
      outgoing.end(method === 'POST' ? 'body' : undefined);
    });

  const running = Array.from({ length: clients }, async (_, client) => {
    for (let index = client; !stopped; index += 7) await one(index);
  });
  return {
    failures,
    byServer,
    answered: () => answered,
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      kept.destroy();
    },
  };
}

/** The app that `startLoad` talks to. */
export function echoAs(name: string): RequestListener {
  return (incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => response.end(`${name} ${incoming.method} ${body}`));
  };
}
