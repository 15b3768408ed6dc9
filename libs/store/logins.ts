import { BerthError } from '#libs/core/errors.js';
import type { Scope } from '#libs/core/roles.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { LoginRequest } from './generated/client.js';
import { createToken, type TokenRow } from './tokens.js';

export type { LoginRequest };

/** A request to be let in is good for so long. */
export const loginSeconds = 600;
/** That wait at a time, on the whole platform. */
const MOST = 1_000;

/** Notes a command line that asks to be let in. `secretHash` is the hash of what it will come back with. Throws `busy`. */
export async function createLogin(
  db: Db,
  login: Pick<LoginRequest, 'secretHash' | 'code' | 'client' | 'machine' | 'address'> & {
    wish: { scope?: Scope | undefined; expiresInDays?: number | undefined };
  },
  now = new Date(),
): Promise<LoginRequest> {
  await pruneLogins(db, now);
  if ((await db.loginRequest.count()) >= MOST)
    throw new BerthError(
      'busy',
      'Too many command lines wait to be let in. Try again in some minutes, or sign in with a password.',
    );
  const expiresAt = new Date(now.getTime() + loginSeconds * 1000);
  return db.loginRequest.create({ data: { ...login, expiresAt } });
}

/** The request with this code, while nobody has decided. Throws `login_not_found`. */
export async function waitingLogin(db: Db, code: string, now = new Date()): Promise<LoginRequest> {
  const row = await db.loginRequest.findFirst({ where: waiting(code, now) });
  return row ?? unknown();
}

/** Lets a command line in: it may fetch one token of this reach. Throws `login_not_found`. */
export function allowLogin(
  db: Db,
  code: string,
  token: { userId: string; teamId: string | null; scope: Scope; tokenExpiresAt: Date | null },
  actor: Actor,
): Promise<void> {
  return decide(db, code, { ...token, status: 'allowed' }, actor);
}

/** Turns a command line away. Throws `login_not_found`. */
export function refuseLogin(db: Db, code: string, actor: Actor): Promise<void> {
  return decide(db, code, { status: 'refused' }, actor);
}

/**
 * What became of a request: null while it waits; once it is allowed the token, which is made now and for this one caller.
 * Throws `login_refused`, `login_not_found`.
 *
 * @param token prefix and hash of the token that is made if it is allowed
 */
export function redeemLogin(
  db: Db,
  secretHash: string,
  token: { prefix: string; secretHash: string },
  now = new Date(),
): Promise<TokenRow | null> {
  return transaction(db, async (tx) => {
    const row = await tx.loginRequest.findFirst({ where: { secretHash, expiresAt: { gt: now } } });
    if (row === null) return unknown();
    if (row.status === 'waiting') return null;
    if (row.status === 'refused')
      throw new BerthError('login_refused', 'It was refused in the browser. Nobody was signed in.');
    // Whoever deletes it has it.
    const { count } = await tx.loginRequest.deleteMany({ where: { id: row.id } });
    const user = await tx.user.findFirst({ where: { id: row.userId ?? '', disabledAt: null } });
    if (count === 0 || user === null) return unknown();
    const { userId, teamId, tokenExpiresAt: expiresAt } = { ...row, userId: user.id };
    const scopes = [row.scope as Scope];
    const name = `${row.client} on ${row.machine}`.slice(0, 80);
    return createToken(
      tx,
      { userId, teamId, name, ...token, scopes, expiresAt },
      { id: user.id, name: user.email },
    );
  });
}

/** Forgets requests that have run out. */
export async function pruneLogins(db: Db, now = new Date()): Promise<void> {
  await db.loginRequest.deleteMany({ where: { expiresAt: { lte: now } } });
}

function decide(
  db: Db,
  code: string,
  answer: Pick<LoginRequest, 'status'> & Partial<LoginRequest>,
  actor: Actor,
): Promise<void> {
  return transaction(db, async (tx) => {
    const [row] = await tx.loginRequest.updateManyAndReturn({
      where: waiting(code, new Date()),
      data: answer as Pick<LoginRequest, 'status'>,
    });
    if (row === undefined) return unknown();
    const { client, machine, address, scope, status, teamId } = row;
    await emitEvent(tx, {
      teamId,
      appId: null,
      kind: status === 'allowed' ? 'login.allowed' : 'login.refused',
      data: { client, machine, address, scope },
      actor,
    });
  });
}

function waiting(code: string, now: Date) {
  return { code, status: 'waiting', expiresAt: { gt: now } };
}

function unknown(): never {
  throw new BerthError(
    'login_not_found',
    'Nobody waits with this code: it has run out, was used, or is mistyped. Run `berth login` again for a new one.',
  );
}
