import { BerthError, messageOf } from '#libs/core/errors.js';
import type { MirrorKind } from '#libs/core/mirrors.js';
import { outgoing, readBody } from './outgoing.js';

/** What asking a mirror for something small showed. */
export interface ProbeResult {
  ok: boolean;
  /** Until the whole answer was there and found right, ms; null unless ok. */
  latencyMs: number | null;
  /** Why not, for people; null when ok. */
  error: string | null;
}

interface Probe {
  /** Appended to the mirror's address. */
  path: string;
  /** Is this the answer of such a registry? A captive portal or a parked name answers 200 too. */
  right: (answer: { status: number; headers: Record<string, unknown>; text: string }) => boolean;
  headers?: Record<string, string>;
}

/** A mirror that needs longer for something small is no use to a build. */
export const PROBE_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Something small that every whole mirror of a kind has. */
const probes: Readonly<Record<MirrorKind, Probe>> = {
  images: {
    path: 'v2/',
    right: ({ status, headers }) =>
      (status === 200 && String(headers['docker-distribution-api-version']).startsWith('registry/')) ||
      (status === 200 && /json/.test(String(headers['content-type']))) ||
      (status === 401 && /^(?:bearer|basic)\b/i.test(String(headers['www-authenticate']))),
  },
  npm: {
    path: 'isarray',
    headers: { accept: 'application/vnd.npm.install-v1+json, application/json' },
    right: ({ status, text }) => status === 200 && field(text, 'name') === 'isarray',
  },
  pypi: {
    path: 'iniconfig/',
    headers: { accept: 'text/html' },
    right: ({ status, text }) => status === 200 && /<a\s[^>]*href=[^>]*iniconfig/i.test(text),
  },
  go: {
    path: 'golang.org/x/time/@v/list',
    right: ({ status, text }) => status === 200 && /^v\d+\.\d+\.\d+/.test(text),
  },
  maven: {
    path: 'junit/junit/maven-metadata.xml',
    right: ({ status, text }) => status === 200 && /<artifactId>junit<\/artifactId>/.test(text),
  },
  crates: {
    path: 'config.json',
    right: ({ status, text }) => status === 200 && typeof field(text, 'dl') === 'string',
  },
  debian: {
    path: 'dists/stable/InRelease',
    right: ({ status, text }) => status === 200 && /^Origin: /m.test(text) && /^Codename: /m.test(text),
  },
};

/** Asks a mirror for something small, once, and reads the whole answer. Never throws for what the mirror does. */
export async function probeMirror(
  kind: MirrorKind,
  url: string,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ProbeResult> {
  const { path, headers, right } = probes[kind];
  const timeoutMs = options.timeoutMs ?? PROBE_TIMEOUT_MS;
  const overall = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, overall]) : overall;
  const startedAt = performance.now();
  try {
    const response = await outgoing(below(url, path), { timeoutMs, signal, ...(headers && { headers }) });
    const text = (await readBody(response, MAX_ANSWER_BYTES)).toString('utf8');
    const answer = { status: response.statusCode ?? 0, headers: response.headers, text };
    if (!right(answer)) return bad(wrong(answer.status));
    return { ok: true, latencyMs: Math.round(performance.now() - startedAt), error: null };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (overall.aborted) return bad(`no whole answer in ${timeoutMs / 1000} s`);
    return bad(error instanceof BerthError ? error.message : messageOf(error));
  }
}

function bad(error: string): ProbeResult {
  return { ok: false, latencyMs: null, error: error.slice(0, 300) };
}

function wrong(status: number): string {
  return status === 200
    ? 'it answers something that no such registry answers'
    : `it answers ${status} to a question that each such registry can answer`;
}

/** `https://host/path` and `https://host/path/` are the same mirror. */
export function below(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}/${path}`;
}

function field(text: string, name: string): unknown {
  try {
    return (JSON.parse(text) as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
