import { authorizeTeam } from '#libs/access/authorize.js';
import type { Caller } from '#libs/access/caller.js';
import type { TokenReach } from '#libs/contracts/api/tokens.js';
import { BerthError } from '#libs/core/errors.js';
import type { Db } from '#libs/store/db.js';
import { liveTokens } from '#libs/store/tokens.js';

/** Valid tokens that a user may hold. */
const MOST = 100;
const DAY_MS = 24 * 3600_000;

/**
 * Where and until when a token that the caller makes is good: it never reaches further than the credential that made it, nor does
 * it outlive that one. Throws `too_many_tokens`, `team_not_found`.
 */
export async function reachOf(
  db: Db,
  caller: Caller,
  wanted: TokenReach,
): Promise<{ teamId: string | null; expiresAt: Date | null }> {
  if ((await liveTokens(db, caller.user.id)) >= MOST)
    throw new BerthError('too_many_tokens', `You have ${MOST} tokens; revoke one first.`);
  const teamId =
    wanted.team === undefined
      ? caller.teamId
      : (await authorizeTeam(db, caller, wanted.team, 'team.read')).team.id;
  return { teamId, expiresAt: expiryOf(caller, wanted) };
}

function expiryOf(caller: Caller, { expiresInDays }: TokenReach): Date | null {
  const ends = [
    expiresInDays === undefined ? null : Date.now() + expiresInDays * DAY_MS,
    caller.via === 'token' && caller.expiresAt ? caller.expiresAt.getTime() : null,
  ].filter((end) => end !== null);
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}
