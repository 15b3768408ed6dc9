import type { Scope } from '#libs/core/roles.js';
import type { Db } from '#libs/store/db.js';
import { useSession } from '#libs/store/sessions.js';
import { useToken } from '#libs/store/tokens.js';
import type { User } from '#libs/store/users.js';
import type { Caller } from './caller.js';
import { hashSecret, isTokenForm } from './secrets.js';

/** The caller behind a bearer token; null when it is unknown, expired, revoked, or its user is disabled. */
export async function callerOfToken(db: Db, token: string): Promise<Caller | null> {
  if (!isTokenForm(token)) return null;
  const row = await useToken(db, hashSecret(token));
  if (!row) return null;
  return {
    user: userOf(row.user),
    via: 'token',
    credentialId: row.id,
    scopes: row.scopes as Scope[],
    teamId: row.teamId,
    expiresAt: row.expiresAt,
  };
}

/** The caller behind a session cookie; null when it is unknown or over. */
export async function callerOfSession(db: Db, secret: string): Promise<Caller | null> {
  if (secret.length > 100) return null;
  const row = await useSession(db, hashSecret(secret));
  if (!row) return null;
  return {
    user: userOf(row.user),
    via: 'session',
    credentialId: row.id,
    scopes: ['admin'],
    teamId: null,
    expiresAt: row.expiresAt,
  };
}

/**
 * The caller behind an `Authorization` header, as git sends it: Basic with any user name and a token as password, or Bearer.
 * Null when there is none or it is not valid: answer 401 with `WWW-Authenticate: Basic realm="Berth"`.
 */
export async function callerOfAuthorization(db: Db, header: string | undefined): Promise<Caller | null> {
  const token = tokenOfAuthorization(header);
  return token === null ? null : callerOfToken(db, token);
}

/** The token in an `Authorization` header of either kind; null when there is none. */
export function tokenOfAuthorization(header: string | undefined): string | null {
  if (header === undefined || header.length > 2000) return null;
  const [, scheme, value] = /^(basic|bearer) +(\S+)$/i.exec(header.trim()) ?? [];
  if (scheme === undefined || value === undefined) return null;
  if (scheme.toLowerCase() === 'bearer') return value;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : text.slice(colon + 1);
}

function userOf({ id, email, name, admin, createdAt, passwordChosenAt }: User): Caller['user'] {
  return { id, email, name, admin, createdAt, passwordChosenAt };
}
