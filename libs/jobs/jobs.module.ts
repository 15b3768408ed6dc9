import { BullModule, getQueueToken } from '@nestjs/bullmq';
import {
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER } from '#libs/store/store.module.js';
import { noteOutages } from './outage-notes.js';
import { OutboxRelay } from './relay.js';
import { redisConnection } from './redis.js';

/** Queue names are shared by every copy of Berth on one Redis: the prefix keeps copies apart. */
export function queuePrefix(env: Env): string {
  return `berth-${env.BERTH_ID}`;
}

/**
 * Queues `build` and `look`, and the relay that carries the outbox to them. Workers extend `WorkerHost` of @nestjs/bullmq
 * with `@Processor('build' | 'look')` in the app that does the work.
 */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [ENV],
      useFactory: (env: Env) => ({
        connection: redisConnection(env.REDIS_URL),
        prefix: queuePrefix(env),
        // A failed job is not tried again by the queue: the sweep and the periodic look are what repairs.
        defaultJobOptions: { removeOnComplete: true, removeOnFail: { count: 200 }, attempts: 1 },
      }),
    }),
    BullModule.registerQueue({ name: 'build' }, { name: 'look' }),
  ],
  providers: [
    {
      provide: OutboxRelay,
      useFactory: (db: Db, listener: NoticeListener, build: Queue, look: Queue) =>
        new OutboxRelay(db, listener, { build, look }),
      inject: [DB, LISTENER, getQueueToken('build'), getQueueToken('look')],
    },
  ],
  exports: [BullModule, OutboxRelay],
})
export class JobsModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(getQueueToken('build')) build: Queue,
    @Inject(getQueueToken('look')) look: Queue,
  ) {
    const log = new Logger('Jobs');
    noteOutages([build, look], (message) => log.warn(message));
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.relay.stop();
  }
}
