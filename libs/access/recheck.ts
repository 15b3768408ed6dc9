import type { Scope } from '#libs/core/roles.js';
import type { Db } from '#libs/store/db.js';
import { validSession } from '#libs/store/sessions.js';
import { validToken } from '#libs/store/tokens.js';
import type { Caller } from './caller.js';

/**
 * The caller as they are now; null when their token was revoked or their session has ended meanwhile. For live streams, which
 * outlast the check that let them in.
 */
export async function recheckCaller(db: Db, caller: Caller): Promise<Caller | null> {
  if (caller.via === 'session') {
    const session = await validSession(db, caller.credentialId);
    return session && { ...caller, user: { ...caller.user, admin: session.user.admin } };
  }
  const token = await validToken(db, caller.credentialId);
  return (
    token && {
      ...caller,
      scopes: token.scopes as Scope[],
      teamId: token.teamId,
      user: { ...caller.user, admin: token.user.admin },
    }
  );
}
