import type { Queue } from 'bullmq';
import type { QueueName } from '#libs/contracts/jobs.js';
import type { Notice } from '#libs/contracts/events.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { forgetJobs, waitingJobs } from '#libs/store/outbox.js';

/** What could not be handed over is tried again after this. */
const EVERY_MS = 2_000;
/** A missed notice costs at most this long. */
const LOOK_MS = 10_000;

/**
 * Carries outbox rows to their queues. Several processes may relay at once and a row may be carried twice: the job id comes
 * from the row, a job says only "look again", and whoever works it claims it in Postgres.
 */
export class OutboxRelay {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = true;
  /** When the outbox was last seen empty; 0 while something is in it. */
  private emptyAt = 0;

  constructor(
    private readonly db: Db,
    private readonly listener: NoticeListener,
    private readonly queues: Record<QueueName, Pick<Queue, 'addBulk'>>,
  ) {}

  start(): void {
    this.stopped = false;
    this.listener.on('notice', this.onNotice);
    this.listener.on('resync', this.kick);
    this.timer = setInterval(() => {
      if (Date.now() - this.emptyAt >= LOOK_MS) this.kick();
    }, EVERY_MS);
    this.kick();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.listener.off('notice', this.onNotice);
    this.listener.off('resync', this.kick);
    if (this.timer) clearInterval(this.timer);
    await this.running;
  }

  private readonly onNotice = (message: Notice): void => {
    if (message.t === 'outbox') this.kick();
  };

  /** Starts a pass, or asks the running one for another. */
  private readonly kick = (): void => {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.passes().finally(() => {
      this.running = null;
    });
  };

  private async passes(): Promise<void> {
    do {
      this.again = false;
      try {
        while (!this.stopped && (await this.carry()) > 0);
        this.emptyAt = Date.now();
      } catch {
        this.emptyAt = 0;
        // Postgres or Redis is away: the rows stay, the timer tries again.
        return;
      }
    } while (this.again && !this.stopped);
  }

  /** Hands over one batch; returns how many rows it saw. */
  private async carry(): Promise<number> {
    const rows = await waitingJobs(this.db);
    for (const name of Object.keys(this.queues) as QueueName[]) {
      const mine = rows.filter((row) => row.queue === name);
      if (mine.length === 0) continue;
      await withTimeout(
        this.queues[name].addBulk(
          mine.map((row) => ({ name, data: row.payload, opts: { jobId: `outbox-${row.id}` } })),
        ),
      );
    }
    if (rows.length > 0)
      await forgetJobs(
        this.db,
        rows.map((row) => row.id),
      );
    return rows.length;
  }
}

/** ioredis queues commands while Redis is away; a pass must end so that the next one can see newer rows. */
async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer within 5 s.')), 5_000);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
