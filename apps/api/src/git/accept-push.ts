import { randomUUIDv7 } from 'node:crypto';
import { actorOf } from '#libs/access/caller.js';
import { hasSubmodules, readCommit } from '#libs/source/git/commits.js';
import type { RefCommand } from '#libs/source/git/push-request.js';
import type { PushResult } from '#libs/source/git/push-result.js';
import { changeRefs, readRef, sourceRef } from '#libs/source/git/refs.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { appendLogLines } from '#libs/store/log-lines.js';
import { mainBranch, masterBranch } from './deploy-branch.js';
import { phase } from './push-report.js';
import { takenCommands, type Moved, type Push, type PushParts } from './push.js';

/** Accepts a deployment when this push moved the deployed branch. */
export function acceptPush(parts: PushParts, push: Push, result: PushResult): Promise<Moved> {
  return parts.keeper.locked(push.app.id, async () => {
    const taken = takenCommands(push.request.commands, result).filter(({ to }) => to !== null);
    const main = taken.find(({ ref }) => ref === mainBranch);
    if (main) return acceptCommit(parts, push, main);
    const master = taken.find(({ ref }) => ref === masterBranch);
    if (!master || (await readRef(push.gitDir, mainBranch)) !== null) return { ref: null };
    return acceptCommit(parts, push, master);
  });
}

/**
 * Keeps the commit by a ref of Berth's own, on condition that the branch still is at it: the branch orders pushes, and whoever finds
 * it moved on was overtaken.
 */
export async function acceptCommit(parts: PushParts, push: Push, { ref, to }: RefCommand): Promise<Moved> {
  const commit = to ?? '';
  const id = randomUUIDv7();
  const [info, kept] = await Promise.all([
    readCommit(push.gitDir, commit),
    changeRefs(push.gitDir, [
      { ref, from: commit },
      { ref: sourceRef(id), to: commit, from: null },
    ]),
    parts.keeper.pointHead(push.app.id, ref),
  ]);
  if (!kept) return { ref };
  try {
    const { deployment } = await acceptDeployment(parts.db, {
      appId: push.app.id,
      trigger: 'git',
      actor: actorOf(push.caller),
      receivedAt: push.receivedAt,
      source: { id, kind: 'git', commit, ref, ...info },
    });
    void warnOfSubmodules(parts, push.gitDir, commit, deployment.id);
    await push.response.lines([
      phase(`Deployment #${deployment.number} of ${push.app.name}: ${commit.slice(0, 7)} ${info.message}`),
    ]);
    return { ref, deployment };
  } catch (error) {
    await changeRefs(push.gitDir, [{ ref: sourceRef(id), to: null }]);
    throw error;
  }
}

/** A line in the deployment's log, beside the push: nobody waits for it. */
async function warnOfSubmodules(
  { db, log }: PushParts,
  gitDir: string,
  commit: string,
  deploymentId: string,
): Promise<void> {
  try {
    if (!(await hasSubmodules(gitDir, commit))) return;
    const text =
      'The commit has submodules; Berth does not fetch them. Commit their files instead if the app needs them.';
    await appendLogLines(db, deploymentId, [{ at: new Date(), kind: 'warning', text }]);
  } catch (error) {
    log.warn({ err: error }, 'It could not be told whether a commit has submodules.');
  }
}
