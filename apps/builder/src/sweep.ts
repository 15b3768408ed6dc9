import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { Db } from '#libs/store/db.js';
import { heldBuilds } from '#libs/store/builds.js';
import { buildsInOrder } from '#libs/store/build-queue.js';
import { releaseLease } from '#libs/store/deployments.js';
import { DB } from '#libs/store/store.module.js';
import { BuildLine } from './build-line.js';
import { isDead } from './worker-name.js';

const EVERY_MS = 3_000;
/** Each job takes up whoever is next, so a few are enough. */
const JOBS = 50;

/**
 * Hands deployments that wait for a builder, or whose builder died, to the queue again. Postgres knows what is to be done; this
 * is why a flushed Redis or a lost job loses no deployment.
 */
@Injectable()
export class BuildSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private busy = false;
  private seen: ReadonlySet<string> = new Set();

  constructor(
    @Inject(DB) private readonly db: Db,
    @InjectQueue('build') private readonly queue: Queue,
    @Inject(BuildLine) private readonly line: BuildLine,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.kick(), EVERY_MS);
    this.kick();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await Promise.race([this.running, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  }

  private kick(): void {
    if (this.busy) return;
    this.busy = true;
    this.running = this.sweep()
      .catch(() => undefined)
      .finally(() => {
        this.busy = false;
      });
  }

  private async sweep(): Promise<void> {
    await this.takeFromTheDead();
    const waiting = await buildsInOrder(this.db);
    // The same id within one period is one job; a new period gets past a job that was lost half way.
    const period = Math.floor(Date.now() / (EVERY_MS * 3));
    for (const id of waiting.slice(0, JOBS)) {
      await this.queue.add('build', { deploymentId: id }, { jobId: `sweep-${id}-${period}` });
    }
    // Those who came since the last look are most often begun at once: telling them would only make noise.
    await this.line.tell(waiting, this.seen);
    this.seen = new Set(waiting);
  }

  /** A builder of this machine whose process is gone will not come back: no need to wait for its lease to lapse. */
  private async takeFromTheDead(): Promise<void> {
    for (const { id, worker, attempt } of await heldBuilds(this.db)) {
      if (worker !== null && isDead(worker)) await releaseLease(this.db, id, { worker, attempt });
    }
  }
}
