import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Logger } from 'pino';
import { version } from '#libs/config/version.js';
import { jobPayloads } from '#libs/contracts/jobs.js';
import { builderName } from '#libs/jobs/builder-name.js';
import { buildDeployment } from './build-deployment.js';
import { BuildLine } from './build-line.js';
import type { Claim } from './claim.js';
import type { Parts } from './pipeline.js';
import { Stopped } from './stopped.js';
import { LOGGER, PARTS } from './tokens.js';
import { warmRegistry } from './warm-registry.js';

/** At shutdown, builds that are nearly done may finish; the rest goes back to the queue. */
const FINISH_MS = 3_000;

/**
 * Works the queue `build`. A job only says that a deployment waits: which one is next is decided in Postgres when there is a
 * hand free for it, so a job that comes twice, or whose worker stalled, does no harm.
 */
@Processor('build', { name: builderName(version), maxStalledCount: 5, stalledInterval: 10_000 })
export class BuildProcessor extends WorkerHost implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly running = new Map<Claim, Promise<void>>();
  private readonly shutdown = new AbortController();

  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(BuildLine) private readonly line: BuildLine,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.concurrency = this.parts.env.BERTH_BUILD_CONCURRENCY;
    void warmRegistry(this.parts, this.shutdown.signal, this.logger);
  }

  async process(job: Job<unknown>): Promise<void> {
    const payload = jobPayloads.build.safeParse(job.data);
    if (!payload.success || this.shutdown.signal.aborted) return;
    const claim = await this.line.take();
    if (claim === null) return;
    const work = buildDeployment(this.parts, claim, this.logger).finally(() => {
      this.running.delete(claim);
      this.line.leave();
    });
    this.running.set(claim, work);
    if (this.shutdown.signal.aborted) claim.stop(new Stopped('shutdown'));
    await work;
  }

  /** Finishes what is nearly done and gives the rest back, so that another builder takes it up at once. */
  async onModuleDestroy(): Promise<void> {
    this.shutdown.abort();
    const all = Promise.allSettled([...this.running.values()]);
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, FINISH_MS).unref())]);
    for (const claim of this.running.keys()) claim.stop(new Stopped('shutdown'));
    await all;
  }
}
