import { actorOf } from '#libs/access/caller.js';
import { originFor } from '#libs/config/env.js';
import { appHost } from '#libs/core/names.js';
import { BerthError } from '#libs/core/errors.js';
import type { RefCommand } from '#libs/source/git/push-request.js';
import type { PushResult } from '#libs/source/git/push-result.js';
import { changeRefs, copyBranch } from '#libs/source/git/refs.js';
import { ensureRepository } from '#libs/source/git/repositories.js';
import { deleteApp, type App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { ensurePreview, makesPreviews, previewOf } from '#libs/store/previews.js';
import { acceptCommit } from './accept-push.js';
import { mainBranch, masterBranch, shortName } from './deploy-branch.js';
import { detail, phase, warning } from './push-report.js';
import { takenCommands, type Push, type PushParts } from './push.js';
import { watchPush } from './watch-push.js';

/** Of one push so many branches are previewed; the others are stored. */
const branchesMost = 5;

/** Branches beside the deployed one whose previews this push changes; none where the app makes no previews. */
export async function branchesToPreview(db: Db, push: Push, result: PushResult): Promise<RefCommand[]> {
  const branches = takenCommands(push.request.commands, result)
    .filter(({ ref }) => ref.startsWith('refs/heads/') && ref !== mainBranch && ref !== masterBranch)
    .slice(0, branchesMost);
  if (branches.length === 0 || !(await makesPreviews(db, push.app.id))) return [];
  return branches;
}

/**
 * Each branch gets, renews or loses its preview. Gives those that have to be refused after all, with the reason that git shows.
 */
export async function previewBranches(
  parts: PushParts,
  push: Push,
  result: PushResult,
  branches: RefCommand[],
): Promise<Map<string, string>> {
  const reasons = new Map<string, string>();
  for (const command of branches) {
    if (command.to === null) await remove(parts, push, command.ref);
    else {
      const refused = await preview(parts, push, result, command);
      if (refused !== null) reasons.set(command.ref, refused);
    }
  }
  return reasons;
}

async function remove({ db }: PushParts, push: Push, ref: string): Promise<void> {
  const app = await previewOf(db, push.app.id, shortName(ref));
  if (app === null) return;
  await deleteApp(db, app.id, actorOf(push.caller));
  await push.response.lines([phase(`The preview ${app.name} went with its branch`)]);
}

/** A preview that cannot be made takes nothing from the push: the branch is stored. One that fails to deploy refuses it. */
async function preview(
  parts: PushParts,
  push: Push,
  result: PushResult,
  command: RefCommand,
): Promise<string | null> {
  const { db, sealer, env } = parts;
  const { ref } = command;
  const wanted = { appId: push.app.id, branch: shortName(ref), actor: actorOf(push.caller) };
  let made: Awaited<ReturnType<typeof ensurePreview>>;
  try {
    made = await ensurePreview(db, sealer, wanted);
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    await push.response.lines([warning(`No preview of ${shortName(ref)}: ${error.message}`)]);
    return null;
  }
  if (made === null) return null;
  const { app } = made;
  await push.response.lines([
    phase(`Preview of ${shortName(ref)}: ${originFor(env, appHost(app.name, env.BERTH_APPS_DOMAIN))}`),
    detail(`It goes with its branch, or on ${app.expiresAt?.toISOString().slice(0, 10) ?? 'expiry'}.`),
  ]);
  return deploy(parts, push, result, command, app);
}

/** Brings the branch into the preview's own repository and deploys it there, as if it had been pushed to it. */
async function deploy(
  parts: PushParts,
  push: Push,
  result: PushResult,
  { ref, from, to }: RefCommand,
  app: App,
): Promise<string | null> {
  const gitDir = await ensureRepository(parts.env.BERTH_HOME, app.id);
  const own: Push = { ...push, app: { id: app.id, name: app.name }, gitDir };
  const moved = await parts.keeper.locked(app.id, async () => {
    const commit = await copyBranch(gitDir, { gitDir: push.gitDir, ref }, mainBranch);
    return acceptCommit(parts, own, { ref: mainBranch, from: null, to: commit });
  });
  const refused = (await watchPush(parts, own, result, moved)).get(mainBranch);
  if (refused === undefined) return null;
  // So that the same push can be repeated.
  await parts.keeper.locked(push.app.id, () => changeRefs(push.gitDir, [{ ref, to: from, from: to }]));
  return refused;
}
