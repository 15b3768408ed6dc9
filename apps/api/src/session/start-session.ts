import type { Request, Response } from 'express';
import { hashSecret, newSessionSecret } from '#libs/access/secrets.js';
import { setSessionCookie } from '#libs/access/session-cookie.js';
import type { SessionView } from '#libs/contracts/api/session.js';
import { transaction, type Db } from '#libs/store/db.js';
import { emitEvent } from '#libs/store/events.js';
import { createSession } from '#libs/store/sessions.js';
import type { User } from '#libs/store/users.js';
import { sessionViewOf } from './session.view.js';

/** Signs a user in who has shown who they are: row, event and cookie. `secure`: visitors come by https. */
export async function startSession(
  db: Db,
  user: User,
  { request, response, secure }: { request: Request; response: Response; secure: boolean },
): Promise<SessionView> {
  const secret = newSessionSecret();
  const session = await createSession(db, {
    userId: user.id,
    secretHash: hashSecret(secret),
    userAgent: request.get('user-agent')?.slice(0, 300) ?? null,
  });
  const actor = { id: user.id, name: user.email };
  await transaction(db, (tx) =>
    emitEvent(tx, { teamId: null, appId: null, kind: 'user.signed_in', data: {}, actor }),
  );
  setSessionCookie(response, secret, session.expiresAt, secure);
  return sessionViewOf(db, {
    ...{ user, via: 'session', credentialId: session.id, scopes: ['admin'], teamId: null },
    expiresAt: session.expiresAt,
  });
}
