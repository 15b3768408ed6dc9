import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Headers of a request, in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a git server tells of. */
export type PushHook = { kind: 'push'; ref: string; commit: string } | { kind: 'other' };

const signatureOf = (secret: string, body: Buffer): string =>
  createHmac('sha256', secret).update(body).digest('hex');

/** How each kind of server shows that it knows the secret, and what it calls a push. */
const servers = [
  // Gitea and Forgejo send the headers of GitHub as well.
  {
    event: 'x-gitea-event',
    push: 'push',
    proof: 'x-gitea-signature',
    expected: signatureOf,
  },
  {
    event: 'x-github-event',
    push: 'push',
    proof: 'x-hub-signature-256',
    expected: (secret: string, body: Buffer) => `sha256=${signatureOf(secret, body)}`,
  },
  {
    event: 'x-gitlab-event',
    push: 'Push Hook',
    proof: 'x-gitlab-token',
    expected: (secret: string) => secret,
  },
] as const;

const payload = z.object({
  ref: z.string().max(500),
  after: z.string().regex(/^[0-9a-f]{40,64}$/),
});

/**
 * What a request of a git server says; null unless it shows that it knows the secret, in the way of its kind. The body counts as it
 * came, byte by byte.
 */
export function readPushHook(headers: Headers, body: Buffer, secret: string): PushHook | null {
  const server = servers.find(({ event }) => typeof headers[event] === 'string');
  if (server === undefined) return null;
  if (!same(headers[server.proof], server.expected(secret, body))) return null;
  if (headers[server.event] !== server.push) return { kind: 'other' };
  const parsed = payload.safeParse(parseJson(body));
  return parsed.success
    ? { kind: 'push', ref: parsed.data.ref, commit: parsed.data.after }
    : { kind: 'other' };
}

function same(given: string | string[] | undefined, expected: string): boolean {
  if (typeof given !== 'string') return false;
  // Of the same length whatever came, so that the time tells nothing.
  const [one, other] = [given, expected].map((text) => createHmac('sha256', 'compare').update(text).digest());
  return timingSafeEqual(one as Buffer, other as Buffer);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
