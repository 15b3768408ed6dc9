import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { collectGarbage, needsCollecting, sweepIncoming } from '#libs/source/git/collect-garbage.js';
import { changeRefs, OWN_REFS, readRefs } from '#libs/source/git/refs.js';
import {
  removeRepository,
  repositoryIds,
  repositoryPath,
  sweepRepositories,
} from '#libs/source/git/repositories.js';
import { sourcesToPrune } from '#libs/source/retention.js';
import { removeUpload, storedUploads, sweepParts } from '#libs/source/uploads/upload-store.js';
import type { Db } from '#libs/store/db.js';
import { deletedApps, sourcesById } from '#libs/store/sources.js';
import { DB } from '#libs/store/store.module.js';
import { LOG } from '../log.js';

const EVERY_MS = 60 * 60_000;
/** An upload gets its file before its row; younger files without a row are left alone. */
const YOUNG_MS = 60 * 60_000;

/**
 * Keeps stored sources few: old ones go, those of deleted apps go, what a killed process left half made goes. One run at a time;
 * a run that fails is repeated by the next.
 */
@Injectable()
export class SourceSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private readonly closing = new AbortController();
  private readonly home: string;
  private readonly due = new Set<string>();
  private running: Promise<void> | null = null;

  constructor(
    @Inject(ENV) env: Env,
    @Inject(DB) private readonly db: Db,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.home = env.BERTH_HOME;
  }

  /** Before the first request: clears away what was half made, which nobody uses now. */
  async onApplicationBootstrap(): Promise<void> {
    const { home } = this;
    await sweepRepositories(home);
    await sweepParts(home);
    for (const id of await repositoryIds(home)) await sweepIncoming(repositoryPath(home, id));
    this.timer = setInterval(() => this.run(), EVERY_MS);
    this.timer.unref();
    this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.closing.abort();
    await this.running;
  }

  /** After a push or upload to this app. */
  soon(appId: string): void {
    this.due.add(appId);
    this.run([]);
  }

  /** All apps, unless told which. */
  private run(apps?: string[]): void {
    if (this.closing.signal.aborted) return;
    if (this.running) {
      if (!apps) this.due.add('*');
      return;
    }
    this.running = this.sweep(apps === undefined)
      .catch((error: unknown) => {
        if (!this.closing.signal.aborted)
          this.log.warn({ err: error }, 'Old sources could not be cleared away.');
      })
      .finally(() => {
        this.running = null;
        if (this.due.size > 0) this.run(this.due.delete('*') ? undefined : []);
      });
  }

  private async sweep(all: boolean): Promise<void> {
    const due = new Set(this.due);
    this.due.clear();
    await this.pruneUploads();
    const stored = await repositoryIds(this.home);
    if (all) for (const id of await deletedApps(this.db, stored)) await removeRepository(this.home, id);
    for (const id of await repositoryIds(this.home)) {
      this.closing.signal.throwIfAborted();
      if (all || due.has(id)) await this.pruneRepository(id);
    }
  }

  private async pruneUploads(): Promise<void> {
    const { home, db } = this;
    const stored = await storedUploads(home);
    const rows = await sourcesById(
      db,
      stored.map(({ sourceId }) => sourceId),
    );
    for (const { id } of sourcesToPrune(rows)) await removeUpload(home, id);
    // A database that knows none of them is likelier to be the wrong one than all files to be left-overs.
    if (rows.length === 0) return;
    const known = new Set(rows.map(({ id }) => id));
    const young = Date.now() - YOUNG_MS;
    for (const { sourceId, storedAt } of stored) {
      if (!known.has(sourceId) && storedAt.getTime() < young) await removeUpload(home, sourceId);
    }
  }

  /** A repository that git cannot read is left for a person to look at; the others must not wait for it. */
  private async pruneRepository(appId: string): Promise<void> {
    try {
      await this.letGoOfOldCommits(repositoryPath(this.home, appId));
    } catch (error) {
      if (!this.closing.signal.aborted)
        this.log.warn({ err: error, appId }, 'Old commits of an app could not be let go of.');
    }
  }

  private async letGoOfOldCommits(gitDir: string): Promise<void> {
    const prefix = `${OWN_REFS}/sources/`;
    const refs = await readRefs(gitDir, prefix);
    const rows = await sourcesById(
      this.db,
      [...refs.keys()].map((ref) => ref.slice(prefix.length)),
    );
    const old = sourcesToPrune(rows).map(({ id }) => `${prefix}${id}`);
    await changeRefs(
      gitDir,
      old.map((ref) => ({ ref, to: null, from: refs.get(ref) })),
    );
    if (await needsCollecting(gitDir)) await collectGarbage(gitDir, this.closing.signal);
  }
}
