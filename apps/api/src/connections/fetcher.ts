import { randomUUIDv7 } from 'node:crypto';
import { BerthError, messageOf } from '#libs/core/errors.js';
import { LevelLoop } from '#libs/core/level-loop.js';
import type { AddressGuard } from '#libs/outbound/address-guard.js';
import { checkedAddresses } from '#libs/outbound/checked-addresses.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { assertRoom } from '#libs/source/disk.js';
import { readCommit } from '#libs/source/git/commits.js';
import { fetchBranch } from '#libs/source/git/fetch-branch.js';
import { changeRefs, sourceRef } from '#libs/source/git/refs.js';
import { ensureRepository } from '#libs/source/git/repositories.js';
import { acceptDeployment } from '#libs/store/accept.js';
import type { Db } from '#libs/store/db.js';
import { claimFetches, endFetch, forgetFetchLeases, type DueFetch } from '#libs/store/git-connections.js';

const MB = 1024 * 1024;
/** Without anything asking for it, rows are read this often. */
const longestMs = 60_000;
/** Each is a git that unpacks and checks. */
const atOnce = 2;

/** Fetches branches that git servers told of, and hands them to the same door as a push. By level: rows say what is to be fetched. */
export class Fetcher {
  readonly #loop: LevelLoop;
  readonly #left = new AbortController();
  readonly #fetching = new Set<Promise<void>>();

  constructor(
    private readonly context: {
      db: Db;
      sealer: Sealer;
      guard: AddressGuard;
      home: string;
      minFreeMb: number;
      maxMb: number;
      /** A repository has a new source: old ones may go. */
      onFetched: (appId: string) => void;
      warn: (message: string) => void;
    },
  ) {
    this.#loop = new LevelLoop(
      () => this.#look(),
      (error) => context.warn(`Fetches were not looked at: ${messageOf(error)}`),
    );
  }

  /** Takes up what an api before this one left. Only one api fetches. */
  async start(): Promise<void> {
    await forgetFetchLeases(this.context.db);
    this.ask();
  }

  ask(): void {
    this.#loop.ask();
  }

  /** What is under way is given up; the next start takes it up again. */
  async stop(): Promise<void> {
    this.#left.abort();
    await this.#loop.stop();
    await Promise.all(this.#fetching);
  }

  async #look(): Promise<number> {
    const { db, sealer } = this.context;
    const room = atOnce - this.#fetching.size;
    // When there is no room, the end of a fetch asks.
    if (room <= 0) return longestMs;
    for (const due of await claimFetches(db, sealer, new Date(), room)) {
      const fetching = this.#run(due)
        .catch((error: unknown) => this.context.warn(`A fetch was not noted: ${messageOf(error)}`))
        .then(() => {
          this.#fetching.delete(fetching);
          this.#loop.askIn(0);
        });
      this.#fetching.add(fetching);
    }
    return longestMs;
  }

  async #run(due: DueFetch): Promise<void> {
    let end: { commit: string } | { reason: string };
    try {
      end = { commit: await this.#deploy(due) };
    } catch (error) {
      if (this.#left.signal.aborted) return;
      const plain = error instanceof BerthError;
      if (!plain) this.context.warn(`A fetch failed inside Berth: ${messageOf(error)}`);
      end = { reason: plain ? error.message : 'Berth could not fetch it; its log tells why.' };
    }
    await endFetch(this.context.db, due, end);
  }

  /** The commit that the branch is at, with a deployment of it unless there is one. */
  async #deploy(due: DueFetch): Promise<string> {
    const { db, guard, home, minFreeMb, maxMb, onFetched } = this.context;
    const receivedAt = new Date();
    await assertRoom(home, minFreeMb);
    const url = new URL(due.url);
    const addresses = (await checkedAddresses(url.hostname, guard)).map(({ address }) => address);
    const gitDir = await ensureRepository(home, due.appId);
    const commit = await fetchBranch(gitDir, {
      ...{ url, addresses, branch: due.branch },
      maxBytes: maxMb * MB,
      signal: this.#left.signal,
    });
    if (commit === due.commit) return commit;
    const id = randomUUIDv7();
    await changeRefs(gitDir, [{ ref: sourceRef(id), to: commit, from: null }]);
    try {
      const ref = `refs/heads/${due.branch}`;
      await acceptDeployment(db, {
        ...{ appId: due.appId, trigger: 'git', actor: due.actor, receivedAt },
        source: { id, kind: 'git', commit, ref, ...(await readCommit(gitDir, commit)) },
      });
    } catch (error) {
      await changeRefs(gitDir, [{ ref: sourceRef(id), to: null }]);
      throw error;
    }
    onFetched(due.appId);
    return commit;
  }
}
