import type { Caller } from '#libs/access/caller.js';
import type { SessionView } from '#libs/contracts/api/session.js';
import type { Db } from '#libs/store/db.js';
import { membershipsOf } from '#libs/store/members.js';

/** Who a caller is; a token of one team shows that team only. */
export async function sessionViewOf(db: Db, caller: Caller): Promise<SessionView> {
  const teams = (await membershipsOf(db, caller.user.id)).filter(
    ({ teamId }) => caller.teamId === null || caller.teamId === teamId,
  );
  const { id, email, name, admin, createdAt } = caller.user;
  return {
    user: { id, email, name, admin, createdAt: createdAt.toISOString() },
    teams: teams.map(({ slug, name: title, role }) => ({ slug, name: title, role })),
    via: caller.via,
    expiresAt: caller.expiresAt?.toISOString() ?? null,
    passwordGiven: caller.user.passwordChosenAt === null,
  };
}
