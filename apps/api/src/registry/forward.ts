import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BerthError } from '#libs/core/errors.js';
import { RegistryRefusal } from './registry-error.js';

/** Longest silence of the registry. */
const IDLE_MS = 60_000;
const MAX_TAGS_CHARS = 4 * 1024 * 1024;
const REQUEST_HEADERS = [
  'accept',
  'content-type',
  'content-length',
  'content-range',
  'range',
  'if-none-match',
];
const ANSWER_HEADERS = [
  'content-type',
  'content-length',
  'content-range',
  'accept-ranges',
  'docker-content-digest',
  'docker-distribution-api-version',
  'docker-upload-uuid',
  'etag',
  'link',
  'range',
];

export interface Forwarding {
  /** host:port of the internal registry. */
  registry: string;
  method: string;
  /** Path and query there. */
  path: string;
  headers: IncomingMessage['headers'];
  body: Readable | null;
}

/** Hands a request on to the internal registry; resolves with its answer, which the caller has to read. */
export function forward({ registry, method, path, headers, body }: Forwarding): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = new URL(path, `http://${registry}`);
    const passed = Object.fromEntries(
      REQUEST_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    );
    const asked = httpRequest(url, { method, headers: passed, agent: false }, resolve);
    const fail = (cause: unknown): void =>
      reject(
        cause instanceof BerthError
          ? cause
          : new RegistryRefusal(
              503,
              'UNAVAILABLE',
              'The registry does not answer now. Try again in a moment.',
            ),
      );
    asked.setTimeout(IDLE_MS, () => asked.destroy(new Error('The registry took too long.')));
    asked.once('error', fail);
    if (body === null) asked.end();
    else pipeline(body, asked).catch(fail);
  });
}

/**
 * Sends the registry's answer to the client. Addresses in it are the registry's own: `rename` gives those that the client may use, without a
 * host, so they hold whatever name the client has for the platform.
 */
export async function passOn(
  answer: IncomingMessage,
  response: ServerResponse,
  rename: (path: string) => string,
): Promise<void> {
  passHead(answer, response, rename);
  await pipeline(answer, response);
}

/** The list of tags names the repository in its body. */
export async function passTags(
  answer: IncomingMessage,
  response: ServerResponse,
  name: string,
  rename: (path: string) => string,
): Promise<void> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_TAGS_CHARS)
      throw new RegistryRefusal(502, 'UNAVAILABLE', 'The registry’s list of tags has no end.');
  }
  const body = JSON.stringify({ ...(JSON.parse(text) as object), name });
  answer.headers['content-length'] = String(Buffer.byteLength(body));
  passHead(answer, response, rename);
  response.end(body);
}

function passHead(answer: IncomingMessage, response: ServerResponse, rename: (path: string) => string): void {
  for (const name of ANSWER_HEADERS) {
    const value = answer.headers[name];
    if (value !== undefined) response.setHeader(name, name === 'link' ? rename(String(value)) : value);
  }
  const { location } = answer.headers;
  if (location !== undefined) {
    const { pathname, search } = new URL(location, 'http://registry');
    response.setHeader('location', rename(`${pathname}${search}`));
  }
  response.writeHead(answer.statusCode ?? 502);
}
