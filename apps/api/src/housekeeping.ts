import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Db } from '#libs/store/db.js';
import { pruneHistory } from '#libs/store/history.js';
import { pruneKeys } from '#libs/store/idempotency.js';
import { pruneJobs } from '#libs/store/jobs.js';
import { pruneLogins } from '#libs/store/logins.js';
import { expirePreviews } from '#libs/store/previews.js';
import { pruneSessions } from '#libs/store/sessions.js';
import { DB } from '#libs/store/store.module.js';
import { pruneDeliveries } from '#libs/store/webhooks.js';
import { LOG } from './log.js';

const EVERY_MS = 3600_000;

/** Forgets what has run out: previews, sessions, sign-ins that nobody let in, answers kept for repeated requests, old events and logs. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // A host that never runs for an hour on end has its previews expire all the same.
    void this.run();
    this.timer = setInterval(() => void this.run(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async run(): Promise<void> {
    try {
      await pruneSessions(this.db);
      await pruneLogins(this.db);
      await pruneKeys(this.db);
      await expirePreviews(this.db);
      await pruneHistory(this.db);
      await pruneJobs(this.db);
      await pruneDeliveries(this.db);
    } catch (error) {
      this.log.warn({ err: error }, 'Could not forget what has run out; will try again in an hour.');
    }
  }
}
