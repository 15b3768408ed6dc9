import { BerthError } from '#libs/core/errors.js';
import {
  abilities,
  allows,
  roleAllows,
  scopeAllows,
  type Ability,
  type Role,
  type Scope,
} from '#libs/core/roles.js';
import type { Db } from '#libs/store/db.js';
import { appByName, type AppWithTeam } from '#libs/store/apps.js';
import { membershipsOf, roleOf } from '#libs/store/members.js';
import { teamBySlug, type Team } from '#libs/store/teams.js';
import type { Caller } from './caller.js';

/** What the caller is in a team: administrators own every team; null for outsiders and tokens of another team. */
export async function roleIn(db: Db, caller: Caller, teamId: string): Promise<Role | null> {
  if (caller.teamId !== null && caller.teamId !== teamId) return null;
  return caller.user.admin ? 'owner' : roleOf(db, caller.user.id, teamId);
}

/**
 * The app of this name, if the caller may do `ability` to it. Throws `app_not_found` when there is none or it is another
 * team's (nobody learns which), `role_too_low` or `scope_too_narrow` when the caller may see it but not do that.
 */
export async function authorizeApp(
  db: Db,
  caller: Caller,
  name: string,
  ability: Ability,
): Promise<{ app: AppWithTeam; role: Role }> {
  const app = await appByName(db, name);
  const role = app && (await roleIn(db, caller, app.teamId));
  if (!app || !role)
    throw new BerthError(
      'app_not_found',
      'There is no such app, or it belongs to a team that you are not a member of; list your apps to see their names.',
    );
  demand(caller, role, ability);
  return { app, role };
}

/** The same for a team by its slug; throws `team_not_found`. */
export async function authorizeTeam(
  db: Db,
  caller: Caller,
  slug: string,
  ability: Ability,
): Promise<{ team: Team; role: Role }> {
  const team = await teamBySlug(db, slug);
  const role = team && (await roleIn(db, caller, team.id));
  if (!team || !role)
    throw new BerthError(
      'team_not_found',
      'There is no such team, or you are not a member of it; list your teams to see their names.',
    );
  demand(caller, role, ability);
  return { team, role };
}

/** Team in which the caller may create an app when none is named. Throws `team_ambiguous`, `team_needed`. */
export async function defaultTeam(db: Db, caller: Caller): Promise<string> {
  const all = await membershipsOf(db, caller.user.id);
  const teams = all.filter(
    ({ teamId, role }) =>
      (caller.teamId === null || caller.teamId === teamId) && allows('app.create', role, caller.scopes),
  );
  if (teams.length === 1 && teams[0]) return teams[0].slug;
  throw teams.length === 0
    ? new BerthError(
        'team_needed',
        'You are in no team that you may create an app in; name one, or ask an owner.',
      )
    : new BerthError(
        'team_ambiguous',
        `Say which team shall own the app: ${teams.map((t) => t.slug).join(', ')}.`,
      );
}

/** Ids of the teams that the caller may see; null: all of them (an administrator). */
export async function visibleTeamIds(db: Db, caller: Caller): Promise<string[] | null> {
  if (caller.teamId !== null) return (await roleIn(db, caller, caller.teamId)) ? [caller.teamId] : [];
  if (caller.user.admin) return null;
  return (await membershipsOf(db, caller.user.id)).map(({ teamId }) => teamId);
}

/**
 * Ids of the teams whose apps a list shows: of the named team alone, or of all that the caller may see; null: of every team.
 * Throws what `authorizeTeam` does.
 */
export async function listedTeamIds(db: Db, caller: Caller, team?: string): Promise<string[] | null> {
  if (team === undefined) return visibleTeamIds(db, caller);
  return [(await authorizeTeam(db, caller, team, 'app.read')).team.id];
}

/** Throws `scope_too_narrow` unless the caller's credential reaches as far as `scope`. */
export function demandScope(caller: Caller, scope: Scope): void {
  if (!scopeAllows(caller.scopes, scope))
    throw new BerthError(
      'scope_too_narrow',
      `This token lacks the scope "${scope}"; make one that has it, or sign in.`,
      { details: { needed: scope } },
    );
}

/** Throws `not_admin` unless the caller is an administrator with an unlimited credential. */
export function demandAdmin(caller: Caller): void {
  if (!caller.user.admin)
    throw new BerthError('not_admin', 'Only an administrator of the platform may do this.');
  if (caller.teamId !== null)
    throw new BerthError('scope_too_narrow', 'This token is good for one team only; use one without a team.');
  demandScope(caller, 'admin');
}

function demand(caller: Caller, role: Role, ability: Ability): void {
  const needed = abilities[ability];
  if (!roleAllows(role, needed.role))
    throw new BerthError(
      'role_too_low',
      `This takes the role ${needed.role}; you are ${role}. Ask an owner.`,
      {
        details: { needed: needed.role, role },
      },
    );
  demandScope(caller, needed.scope);
}
