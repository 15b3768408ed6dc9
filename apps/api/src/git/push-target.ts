import type { Caller } from '#libs/access/caller.js';
import { actorOf } from '#libs/access/caller.js';
import { authorizeApp, authorizeTeam, defaultTeam } from '#libs/access/authorize.js';
import { BerthError } from '#libs/core/errors.js';
import { isName, nameProblem } from '#libs/core/names.js';
import type { Ability } from '#libs/core/roles.js';
import { refuseAddOn } from '#libs/store/app-kind.js';
import { appByName, createApp } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';

export interface TargetApp {
  id: string;
  name: string;
}

/** What a URL leads to: an app, or a name that a push may make one of. */
export type PushTarget = { kind: 'app'; app: TargetApp } | { kind: 'new'; name: string };

/**
 * The app that the caller may push to, or the name of one that their push may create. Creates nothing yet: asking is not pushing.
 * Throws `app_not_found` (also when it is another team's), `role_too_low`, `scope_too_narrow`, `name_invalid`, `team_needed`.
 */
export async function findPushTarget(
  db: Db,
  caller: Caller,
  name: string,
  createOnPush: boolean,
): Promise<PushTarget> {
  const problem = nameProblem(name);
  if (problem !== null)
    throw new BerthError('name_invalid', `There is no app "${name}", and none can be made: ${problem}`);
  if ((await appByName(db, name)) !== null)
    return { kind: 'app', app: await allowedApp(db, caller, name, 'app.deploy') };
  if (!createOnPush)
    throw new BerthError('app_not_found', `There is no app "${name}". Create it first, then push again.`);
  try {
    await defaultTeam(db, caller);
  } catch (error) {
    // Which team can still be said with the push.
    if (!(error instanceof BerthError) || error.code !== 'team_ambiguous') throw error;
  }
  return { kind: 'new', name };
}

/** The app, if the caller may do this to it; nobody learns whether another team has one of that name. */
export async function allowedApp(db: Db, caller: Caller, name: string, ability: Ability): Promise<TargetApp> {
  const missing = `There is no app "${name}" that you may use. Check the name in the URL; it may also be taken by another team.`;
  if (!isName(name)) throw new BerthError('app_not_found', missing);
  try {
    const { app } = await authorizeApp(db, caller, name, ability);
    refuseAddOn(app, 'runs what Berth makes it of');
    return { id: app.id, name: app.name };
  } catch (cause) {
    if (!(cause instanceof BerthError) || cause.code !== 'app_not_found') throw cause;
    throw new BerthError('app_not_found', missing, { cause });
  }
}

/** Makes the app of a first push, in the team that is named or the caller's only one. */
export async function createPushedApp(
  db: Db,
  caller: Caller,
  name: string,
  team: string | null,
): Promise<TargetApp> {
  const slug = team ?? (await teamOf(db, caller));
  const { team: owner } = await authorizeTeam(db, caller, slug, 'app.create');
  try {
    return await createApp(db, { name, teamId: owner.id }, actorOf(caller));
  } catch (error) {
    // Two first pushes at once: the other one made it.
    if (error instanceof BerthError && error.code === 'app_taken')
      return allowedApp(db, caller, name, 'app.deploy');
    throw error;
  }
}

async function teamOf(db: Db, caller: Caller): Promise<string> {
  try {
    return await defaultTeam(db, caller);
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'team_ambiguous') throw error;
    throw new BerthError(error.code, `${error.message} Push again with -o team=NAME.`, { cause: error });
  }
}
