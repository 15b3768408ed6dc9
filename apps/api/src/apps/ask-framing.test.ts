import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askFraming } from './ask-framing.js';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function asked(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return askFraming({ port, host: 'shop.apps.localhost:8080', origin: 'http://berth.localhost:8080' });
}

describe('asking an app whether it may be framed', () => {
  it('reads the headers of its first page and waits for no body', async () => {
    const seen: (string | undefined)[] = [];
    const answer = await asked((request, response) => {
      seen.push(request.headers.host, request.url);
      response.writeHead(200, { 'X-Frame-Options': 'DENY' });
      response.write('a body without an end');
    });
    expect(answer).toEqual({ framing: 'refused', because: 'X-Frame-Options: DENY' });
    expect(seen).toEqual(['shop.apps.localhost:8080', '/']);
  });

  it('follows it within its own host, and nowhere else', async () => {
    const inside = await asked((request, response) => {
      if (request.url === '/') response.writeHead(302, { Location: '/login?next=/' }).end();
      else response.end(request.url);
    });
    expect(inside).toEqual({ framing: 'allowed', because: null });
    const outside = await asked((_, response) => {
      response.writeHead(302, { Location: 'http://127.0.0.1:9/secret' }).end();
    });
    expect(outside).toEqual({ framing: 'elsewhere', because: 'http://127.0.0.1:9/secret' });
  });

  it('gives up on an app that leads in a circle, fails or breaks off', async () => {
    const circle = await asked((_, response) => void response.writeHead(302, { Location: '/' }).end());
    expect(circle.framing).toBe('silent');
    const failing = await asked((_, response) => void response.writeHead(503).end());
    expect(failing).toEqual({ framing: 'silent', because: 'Status 503' });
    const broken = await asked((request) => void request.socket.destroy());
    expect(broken.framing).toBe('silent');
  });
});
