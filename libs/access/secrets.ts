import { createHash, randomBytes, randomInt } from 'node:crypto';

/**
 * Secrets of sessions and tokens: 256 random bits, so that a plain SHA-256 keeps them (no dictionary can guess them, and no
 * salt is needed). Looking one up by its hash gives a timing attacker nothing to steer by.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Secret of a session cookie. */
export function newSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}

export interface NewTokenSecret {
  /** `berth_<prefix>_<secret>`: shown once. */
  token: string;
  prefix: string;
  hash: string;
}

const TOKEN = /^berth_[a-z0-9]{8}_[A-Za-z0-9]{43}$/;
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ALPHANUMERIC = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** A new bearer token. Letters and digits only: a double click marks it whole, and it needs no escaping in a URL. */
export function newTokenSecret(): NewTokenSecret {
  const prefix = pick(LOWER, 8);
  const token = `berth_${prefix}_${pick(ALPHANUMERIC, 43)}`;
  return { token, prefix, hash: hashSecret(token) };
}

/** Has the text the form of a token? What has not need not be looked up. */
export function isTokenForm(text: string): boolean {
  return TOKEN.test(text);
}

/** A password for people to type once: 20 characters without look-alikes, about 99 bits. */
export function newPasswordText(): string {
  return pick('abcdefghjkmnpqrstuvwxyz23456789', 20).replace(/(.{5})(?=.)/g, '$1-');
}

/**
 * A code for people to read off a terminal and to find again, or type, on a page: eight consonants (no words, no look-alikes),
 * about 34 bits. Guesses must be counted.
 */
export function newLoginCode(): string {
  return pick('BCDFGHJKLMNPQRSTVWXZ', 8);
}

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
