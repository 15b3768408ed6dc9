import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BerthError } from '#libs/core/errors.js';

export interface OutgoingRequest {
  method?: 'GET' | 'HEAD';
  headers?: Record<string, string>;
  /** To the head of the answer, and then between any two pieces of it, in ms. */
  timeoutMs: number;
  signal?: AbortSignal;
}

const MOST_REDIRECTS = 5;

/**
 * Asks a registry outside, through the host's proxies (HTTP_PROXY, HTTPS_PROXY, NO_PROXY); follows redirects, and leaves credentials
 * behind when one leads to another host. The answer's body is the caller's to read or to destroy. Throws BerthError
 * `outgoing_failed` when nobody answers in time.
 */
export async function outgoing(address: string, options: OutgoingRequest): Promise<IncomingMessage> {
  let url = new URL(address);
  let headers = options.headers ?? {};
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await once(url, { ...options, headers });
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined)
      return response;
    response.destroy();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (next === null || !isWeb(next)) throw failed(url, 'it leads to something that is no web address');
    if (next.host !== url.host) headers = without(headers, 'authorization');
    url = next;
  }
  throw failed(url, `it leads on more than ${MOST_REDIRECTS} times`);
}

/** Reads a body of at most `maxBytes`. Throws BerthError `outgoing_failed` when it is longer or breaks off. */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw new Error(`its answer is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw failed(null, reasonOf(error), error);
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

function once(url: URL, options: OutgoingRequest): Promise<IncomingMessage> {
  const { method = 'GET', headers, timeoutMs, signal } = options;
  const secure = url.protocol === 'https:';
  // An agent of its own: no connection is kept, so that nothing of a registry that is gone is used again.
  const agent = secure ? new HttpsAgent({ proxyEnv: process.env }) : new HttpAgent({ proxyEnv: process.env });
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(
      url,
      { method, headers: { 'user-agent': 'berth', ...headers }, agent, ...(signal && { signal }) },
      (response) => {
        clearTimeout(deadline);
        response.setTimeout(timeoutMs, () => response.destroy(new Error(tooLate(timeoutMs))));
        resolve(response);
      },
    );
    // The socket's own timeout begins only once there is one: names and connections may hang too.
    const deadline = setTimeout(() => request.destroy(new Error(tooLate(timeoutMs))), timeoutMs);
    request.once('error', (error) => {
      clearTimeout(deadline);
      reject(signal?.aborted ? (signal.reason as Error) : failed(url, reasonOf(error), error));
    });
    request.end();
  });
}

function tooLate(timeoutMs: number): string {
  return `no answer in ${timeoutMs / 1000} s`;
}

/** Node's codes in words; a list of tried addresses has its reasons inside. */
export function reasonOf(error: unknown): string {
  const { code, errors, message } = error as { code?: string; errors?: unknown[]; message?: string };
  if (Array.isArray(errors) && errors.length > 0) return reasonOf(errors[0]);
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known';
    case 'ECONNRESET':
      return 'it broke the connection off';
    default:
      return message === 'aborted' ? 'it broke the answer off' : (message ?? String(error));
  }
}

export function isWeb(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}

function failed(url: URL | null, why: string, cause?: unknown): BerthError {
  return new BerthError('outgoing_failed', url === null ? why : `${url.host}: ${why}`, { cause });
}
