import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Servers on loopback that behave as mirrors of npm do, good and bad. */
export class PlayedMirrors {
  private readonly servers: Server[] = [];

  /** The address of a server of this test alone. */
  async serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.servers.push(server);
    return addressOf(server);
  }

  /** Has what a probe asks for. */
  good(): Promise<string> {
    return this.serve((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name: request.url?.slice(1), versions: {} }));
    });
  }

  /** Takes the question and never answers. */
  silent(): Promise<string> {
    return this.serve(() => undefined);
  }

  /** A page of somebody who has nothing to do with packages. */
  garbage(): Promise<string> {
    return this.serve((_, response) => response.end('<html>Welcome to nginx!</html>'));
  }

  /** Begins well and dies in the middle. */
  dying(): Promise<string> {
    return this.serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"name":"isarray",');
      setImmediate(() => response.destroy());
    });
  }

  /** An address where nobody listens: no program of this century uses port 1. */
  readonly dead = 'http://127.0.0.1:1';

  async close(): Promise<void> {
    await Promise.all(this.servers.map(closed));
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
