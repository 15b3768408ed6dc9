import { authorizeApp, authorizeTeam, visibleTeamIds } from '#libs/access/authorize.js';
import type { Caller } from '#libs/access/caller.js';
import type { EventFilter } from '#libs/contracts/api/events.js';
import type { Db } from '#libs/store/db.js';
import type { EventScope } from '#libs/store/event-queries.js';

/** Which events the caller may see: an app's, a team's, or those of all their teams and their own. */
export async function eventScopeOf(db: Db, caller: Caller, filter: EventFilter): Promise<EventScope> {
  const about = filter.about === undefined ? {} : { about: filter.about };
  return { ...(await visibleTo(db, caller, filter)), ...about };
}

async function visibleTo(db: Db, caller: Caller, filter: EventFilter): Promise<EventScope> {
  const userId = caller.user.id;
  if (filter.app !== undefined) {
    const { app } = await authorizeApp(db, caller, filter.app, 'app.read');
    return { userId, teamIds: [app.teamId], appId: app.id };
  }
  if (filter.team !== undefined) {
    const { team } = await authorizeTeam(db, caller, filter.team, 'team.read');
    return { userId, teamIds: [team.id], teamOnly: true };
  }
  return { userId, teamIds: await visibleTeamIds(db, caller), teamOnly: caller.teamId !== null };
}
