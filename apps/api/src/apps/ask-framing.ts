import { request, type IncomingMessage } from 'node:http';
import type { FramingView } from '#libs/contracts/api/framing.js';
import { messageOf } from '#libs/core/errors.js';
import { framingRefusal } from '#libs/core/framing.js';

/** A sleeping app wakes for it. */
const patienceMs = 15_000;
/** An app may lead to its first page within its own host so often. */
const redirectsMost = 3;

export interface Asked {
  /** Of the activator, which answers for every app. */
  port: number;
  /** `Host` of the app, with its port as visitors see it. */
  host: string;
  /** Of the dashboard's pages. */
  origin: string;
}

/** Asks an app for its first page, as a visitor would, and reads only the headers: may a page of `origin` frame it? */
export async function askFraming(asked: Asked, path = '/', redirects = 0): Promise<FramingView> {
  let answer: IncomingMessage;
  try {
    answer = await headersOf(asked, path);
  } catch (error) {
    return { framing: 'silent', because: messageOf(error) };
  }
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
    const next = URL.parse(headers.location, `http://${asked.host}${path}`);
    if (next?.host !== asked.host) return { framing: 'elsewhere', because: next?.href.slice(0, 200) ?? null };
    if (redirects < redirectsMost) return askFraming(asked, `${next.pathname}${next.search}`, redirects + 1);
    return { framing: 'silent', because: 'It leads from page to page.' };
  }
  if (statusCode >= 500) return { framing: 'silent', because: `Status ${statusCode}` };
  const refusal = framingRefusal(headers, asked.origin);
  return { framing: refusal === null ? 'allowed' : 'refused', because: refusal };
}

function headersOf({ port, host }: Asked, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(patienceMs);
    const headers = { host, accept: 'text/html', 'user-agent': 'Berth-Framing/1' };
    const asking = request({ host: '127.0.0.1', port, path, headers, signal, agent: false }, (answer) => {
      answer.destroy();
      resolve(answer);
    });
    asking.on('error', reject);
    asking.end();
  });
}
