import type { Scope } from '#libs/core/roles.js';
import type { Actor } from '#libs/store/events.js';

/** Who is calling, and how far the credential that they showed reaches. */
export interface Caller {
  user: {
    id: string;
    email: string;
    name: string;
    admin: boolean;
    createdAt: Date;
    passwordChosenAt: Date | null;
  };
  via: 'session' | 'token';
  /** Id of the session's or token's row. */
  credentialId: string;
  /** Sessions carry `admin`: all that the user may. */
  scopes: readonly Scope[];
  /** The only team that the token is good for; null: every team of the user. */
  teamId: string | null;
  expiresAt: Date | null;
}

/** How the audit list names the caller. */
export function actorOf(caller: Caller): Actor {
  return { id: caller.user.id, name: caller.user.email };
}
