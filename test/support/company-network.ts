import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { platformHost, port } from './berth.js';
import { certificateFor } from './certificate.js';

/** The platform's name in there, which the proxy alone can find. */
export const outsideName = 'berth.company.test';

export interface CompanyNetwork {
  /** The proxy's address, with the password that it wants. */
  proxy: URL;
  /** The authority that signed the platform's certificate. */
  authority: string;
  /** What the proxy was asked for, as far as it can read it. */
  asked: string[];
  close(): void;
}

/**
 * A network that is left through a proxy alone. The platform is outside, behind a front that speaks TLS with a certificate of the
 * company's own, and one that does not.
 */
export async function companyNetwork(): Promise<CompanyNetwork> {
  const { key, cert } = await certificateFor(`DNS:${outsideName}`);
  const fronts = { 80: createServer(forward), 443: createSecure({ key, cert }, forward) };
  for (const front of Object.values(fronts)) front.on('upgrade', upgrade);
  const asked: string[] = [];
  const lets = ({ method, url, headers }: IncomingMessage): boolean => {
    asked.push(`${method} ${url}`);
    return headers['proxy-authorization'] === `Basic ${btoa('jo:secret')}`;
  };
  const proxy = createServer((from, to) => (lets(from) ? forward(from, to) : to.writeHead(407).end()));
  proxy.on('connect', (from: IncomingMessage, client: Socket) => {
    if (!lets(from)) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const front = fronts[from.url?.split(':')[1] as '80' | '443'];
    const out = connect(portOf(front), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    join(client, out);
  });
  const sockets = new Set<Socket>();
  for (const server of [proxy, ...Object.values(fronts)]) {
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }
  const close = (): void => {
    for (const server of [proxy, ...Object.values(fronts)]) server.close();
    for (const socket of sockets) socket.destroy();
  };
  const url = new URL(`http://jo:secret@127.0.0.1:${portOf(proxy)}`);
  return { proxy: url, authority: cert, asked, close };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** As the platform knows itself. */
const headersOf = ({ headers }: IncomingMessage) => ({ ...headers, host: platformHost });

const forward: RequestListener = (from, to) => {
  const { pathname, search } = new URL(from.url ?? '', `http://${outsideName}`);
  const options = {
    method: from.method,
    path: pathname + search,
    headers: headersOf(from),
    agent: false,
  } as const;
  const out = request({ host: '127.0.0.1', port, ...options }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(to);
  });
  out.on('error', () => to.destroy());
  from.pipe(out);
};

function upgrade(from: IncomingMessage, client: Socket): void {
  const out = connect(port, '127.0.0.1');
  const lines = Object.entries(headersOf(from)).map(([name, value]) => `${name}: ${String(value)}`);
  out.write([`${from.method} ${from.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  join(client, out);
}

function join(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy()).pipe(other);
  other.on('error', () => one.destroy()).pipe(one);
}
