import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Notice } from '#libs/contracts/events.js';
import { messageOf } from '#libs/core/errors.js';
import {
  claimCollection,
  diskChangedAt,
  endCollection,
  lastRemoval,
  renewCollection,
  unfinishedCollection,
  wantCollection,
  type Collection,
} from '#libs/store/collections.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { LISTENER } from '#libs/store/store.module.js';
import type { Parts } from '../pipeline.js';
import { LOGGER, PARTS } from '../tokens.js';
import { workerName } from '../worker-name.js';
import { collectionDue } from './due.js';
import { freeDisk } from './survey.js';

/** What others asked for by a notice that was lost is found this soon. */
const LOOK_MS = 30_000;
const LEASE_MS = 30_000;

/** Sees to it that disk is collected: on request, from time to time, and sooner while it is short. */
@Injectable()
export class Janitor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly name = workerName();
  private readonly stopped = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private again = false;
  private readonly startedAt = new Date();

  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(LISTENER) private readonly listener: NoticeListener,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.listener.on('notice', this.onNotice);
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.listener.off('notice', this.onNotice);
    this.stopped.abort(new Error('The builder ends.'));
    await this.working?.catch(() => undefined);
    await this.parts.registryLock.close();
  }

  private readonly onNotice = (notice: Notice): void => {
    if (notice.t === 'disk') void this.look();
  };

  /** Works off what is wanted, one look at a time. */
  private async look(): Promise<void> {
    if (this.working !== null) {
      this.again = true;
      return;
    }
    do {
      this.again = false;
      this.working = this.work().catch((error: unknown) => {
        if (!this.stopped.signal.aborted)
          this.logger.warn({ error: messageOf(error) }, 'disk was not collected');
      });
      await this.working;
      this.working = null;
    } while (this.again && !this.stopped.signal.aborted);
  }

  private async work(): Promise<void> {
    const trigger = await this.due();
    if (trigger !== null && (await unfinishedCollection(this.parts.db)) === null)
      await wantCollection(this.parts.db, { trigger, dryRun: false });
    for (;;) {
      const claimed = await claimCollection(this.parts.db, this.name, LEASE_MS);
      if (claimed === null) return;
      await this.carryOut(claimed);
    }
  }

  private async due(): Promise<'timer' | 'pressure' | null> {
    const { db, env } = this.parts;
    const { freeBytes } = await freeDisk(env.BERTH_HOME);
    // Twice what builds need: collecting begins before they are refused.
    const short = freeBytes < 2 * env.BERTH_MIN_FREE_DISK_MB * 1024 ** 2;
    const last = await lastRemoval(db);
    const occasion = {
      short,
      collectedAt: last?.createdAt ?? this.startedAt,
      failed: last?.status === 'failed',
      happenedAt: await diskChangedAt(db),
    };
    return collectionDue(occasion, new Date());
  }

  private async carryOut({ id, trigger, dryRun }: Collection): Promise<void> {
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.stopped.signal]);
    const beat = setInterval(() => {
      renewCollection(this.parts.db, id, this.name, LEASE_MS).then(
        (held) => held || lost.abort(new Error('Another builder took the collection over.')),
        () => undefined,
      );
    }, LEASE_MS / 4);
    try {
      const { collect } = await import('./collect.js');
      const options = { dryRun, pressure: trigger === 'pressure', measure: trigger === 'request', signal };
      const report = await collect(this.parts, options);
      await endCollection(this.parts.db, id, this.name, { report });
      if (report.remove.length > 0 && !dryRun)
        this.logger.info(
          { trigger, removed: report.remove.length, freedBytes: report.freedBytes },
          'disk collected',
        );
    } catch (error) {
      // Killed by our own end: the row's lease lapses, and the next builder takes it up.
      if (!signal.aborted) await endCollection(this.parts.db, id, this.name, { error: messageOf(error) });
      throw error;
    } finally {
      clearInterval(beat);
    }
  }
}
