import { request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import { BerthError } from '#libs/core/errors.js';
import type { AddressGuard } from './address-guard.js';
import { basicOf } from './credentials.js';
import { checkedAddresses, lookupOf, type Resolve } from './checked-addresses.js';

export interface Outgoing {
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string;
  /** For all of it, from the look-up to the end of the answer. */
  timeoutMs: number;
  guard: AddressGuard;
  resolve?: Resolve;
  /** Gives it up. */
  signal?: AbortSignal;
}

/** The start of an answer; more of it is not read. */
export interface Answer {
  status: number;
  text: string;
}

const shownBytes = 2_000;

/**
 * Sends a request in a user's name: to checked addresses alone, without following a redirect, bounded in time and in what is read.
 * Throws `address_internal`, `host_unknown`, `request_failed`.
 */
export async function sendRequest(outgoing: Outgoing): Promise<Answer> {
  const { url, method, headers, body, timeoutMs, guard, resolve, signal } = outgoing;
  const patience = AbortSignal.timeout(timeoutMs);
  const addresses = await checkedAddresses(url.hostname, guard, resolve);
  const basic = basicOf(url);
  const send = url.protocol === 'https:' ? https : http;
  try {
    return await new Promise<Answer>((done, fail) => {
      const outbound = send(
        {
          method,
          protocol: url.protocol,
          hostname: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port,
          path: `${url.pathname}${url.search}`,
          headers: {
            ...headers,
            ...(basic !== null && { authorization: basic }),
            'content-length': Buffer.byteLength(body),
          },
          lookup: lookupOf(addresses),
          // A kept connection would be one to what the name meant before.
          agent: false,
          signal: signal === undefined ? patience : AbortSignal.any([patience, signal]),
        },
        (answer) => startOf(answer).then((text) => done({ status: answer.statusCode ?? 0, text }), fail),
      );
      outbound.on('error', fail);
      outbound.end(body);
    });
  } catch (cause) {
    const why = patience.aborted
      ? `no answer within ${Math.round(timeoutMs / 1_000)} s`
      : cause instanceof Error
        ? cause.message
        : String(cause);
    throw new BerthError('request_failed', `${url.host} could not be asked: ${why}.`, { cause });
  }
}

async function startOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    // Leaving the loop destroys the connection.
    if (bytes >= shownBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, shownBytes).toString('utf8');
}
