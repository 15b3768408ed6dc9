import type { Logger } from 'pino';
import { KeyedLock } from '#libs/source/lock.js';
import { hasCommit } from '#libs/source/git/commits.js';
import { changeRefs, readRefs, setHead } from '#libs/source/git/refs.js';
import { repositoryPath } from '#libs/source/git/repositories.js';
import type { Db } from '#libs/store/db.js';
import { lastLiveCommit, statusOfCommit } from '#libs/store/sources.js';
import { deployBranch } from './deploy-branch.js';

/** A deployment of these statuses left its commit on the branch without deploying it. */
const undeployed = new Set<string | null>(['failed', 'cancelled', 'superseded', null]);

/**
 * Keeps the deployed branch honest: its tip is the commit that went live last, or one whose deployment is under way. So a push that
 * failed can be repeated as it is, and so can one whose deployment was never accepted because the api died in between.
 */
export class BranchKeeper {
  private readonly lock = new KeyedLock();
  private readonly pushing = new Map<string, number>();
  private readonly heads = new Map<string, string>();

  constructor(
    private readonly home: string,
    private readonly db: Db,
    private readonly log: Logger,
  ) {}

  /** Changes to one app's refs by Berth itself go one after the other. */
  locked<T>(appId: string, work: () => Promise<T>): Promise<T> {
    return this.lock.run(appId, work);
  }

  /** A push has begun whose refs are not yet accounted for; call what it gives when they are. */
  begin(appId: string): () => void {
    this.pushing.set(appId, (this.pushing.get(appId) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.pushing.get(appId) ?? 1) - 1;
      if (left > 0) this.pushing.set(appId, left);
      else this.pushing.delete(appId);
    };
  }

  /**
   * Puts the branch back to the commit that went live last (or away, when none did) if what is on it was not deployed. Does nothing
   * while a push is coming in: that one does it at its end. Safe to repeat; a push that overtakes it wins. Never throws: what fails
   * now is done before the next push.
   */
  async settle(appId: string): Promise<void> {
    try {
      await this.locked(appId, async () => {
        if (!this.pushing.has(appId)) await this.putBack(appId);
      });
    } catch (error) {
      this.log.warn({ err: error, appId }, 'A deployed branch could not be settled.');
    }
  }

  private async putBack(appId: string): Promise<void> {
    const gitDir = repositoryPath(this.home, appId);
    const refs = await readRefs(gitDir, 'refs/heads');
    const branch = deployBranch(refs);
    const tip = branch === null ? undefined : refs.get(branch);
    if (branch === null || tip === undefined) return;
    if (!undeployed.has(await statusOfCommit(this.db, appId, tip))) return;
    const live = await lastLiveCommit(this.db, appId);
    if (live === tip || (live !== null && !(await hasCommit(gitDir, live)))) return;
    await changeRefs(gitDir, [{ ref: branch, to: live, from: tip }]);
  }

  /** Points HEAD at the deployed branch, so that git itself refuses to delete it and a clone checks it out. */
  async pointHead(appId: string, branch: string): Promise<void> {
    if (this.heads.get(appId) === branch) return;
    await setHead(repositoryPath(this.home, appId), branch);
    this.heads.set(appId, branch);
  }
}
