import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { maxFrameBytes } from '#libs/contracts/terminal-frames.js';
import { toServer, type ToServer } from '#libs/terminal/channel.js';
import { lookup } from './localhost.js';
import { problemFailure } from './problems.js';
import { proxyAuthorization, proxyFor } from './proxy.js';
import { secured, tunnel } from './send.js';

const CONNECT_MS = 10_000;
/** The platform asks every 15 s whether this side is there; this side asks as often. */
const ASK_EVERY_MS = 15_000;
/** Of a refusal so much is read. */
const WORDS_MAX = 64 * 1024;

/** Opens a WebSocket. Rejects with the platform's refusal as a Failure, or with the error of the connection. */
export async function openTerminal(wish: {
  url: URL;
  headers: OutgoingHttpHeaders;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}): Promise<ToServer> {
  const { url, signal } = wish;
  const through = await throughProxy(wish);
  const address = new URL(url);
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, {
    headers: wish.headers as Record<string, string>,
    handshakeTimeout: CONNECT_MS,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    lookup,
    ...(through !== null && { createConnection: () => through }),
  });
  const channel = toServer(socket);
  signal.addEventListener('abort', () => socket.terminate(), { once: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, answer) => {
      // Who listens to it ends it: the connection would keep the process.
      void refusal(answer, url)
        .then(reject, reject)
        .finally(() => socket.terminate());
    });
  });
  channel.keepAlive(ASK_EVERY_MS);
  return channel;
}

async function throughProxy({
  url,
  env,
  signal,
}: Parameters<typeof openTerminal>[0]): Promise<Socket | null> {
  const proxy = proxyFor(url, env);
  if (proxy === null) return null;
  const socket = await tunnel(url, proxy, proxyAuthorization(proxy), signal);
  return url.protocol === 'https:' ? secured(socket, url) : socket;
}

async function refusal(answer: IncomingMessage, url: URL): Promise<Error> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > WORDS_MAX) break;
  }
  return problemFailure(answer.statusCode ?? 0, answer.headers, text, url.origin);
}
