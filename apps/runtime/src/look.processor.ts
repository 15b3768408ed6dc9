import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Job } from 'bullmq';
import { jobPayloads } from '#libs/contracts/jobs.js';
import type { Runtime } from './runtime.js';
import { RUNTIME } from './tokens.js';

/**
 * Works the queue `look`. A job is only a hint, so it is done as soon as the look is asked for: what a lost one would have
 * said, the next look at the whole host finds.
 */
@Processor('look', { concurrency: 20, maxStalledCount: 5 })
export class LookProcessor extends WorkerHost {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {
    super();
  }

  async process(job: Job<unknown>): Promise<void> {
    const payload = jobPayloads.look.safeParse(job.data);
    if (payload.success) this.runtime.look(payload.data.appId);
  }
}
