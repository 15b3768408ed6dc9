import {
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { AddressGuard } from '#libs/outbound/address-guard.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { LOG } from '../log.js';
import { SourceSweeper } from '../sources/source-sweeper.js';
import { SourcesModule } from '../sources/sources.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { ConnectionsController } from './connections.controller.js';
import { Fetcher } from './fetcher.js';
import { PushHooksController } from './push-hooks.controller.js';

/** Ties the fetcher's life to the api's. */
@Injectable()
class FetcherLife implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(Fetcher) private readonly fetcher: Fetcher) {}

  onApplicationBootstrap(): Promise<void> {
    return this.fetcher.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.fetcher.stop();
  }
}

/** Apps that are deployed from somebody else's git server. */
@Module({
  imports: [SourcesModule, WebhooksModule],
  controllers: [ConnectionsController, PushHooksController],
  providers: [
    {
      provide: Fetcher,
      useFactory: (
        db: Db,
        sealer: Sealer,
        env: Env,
        guard: AddressGuard,
        sweeper: SourceSweeper,
        log: Logger,
      ) =>
        new Fetcher({
          ...{ db, sealer, guard, home: env.BERTH_HOME },
          ...{ minFreeMb: env.BERTH_MIN_FREE_DISK_MB, maxMb: env.BERTH_MAX_PUSH_MB },
          onFetched: (appId) => sweeper.soon(appId),
          warn: (message) => log.warn(message),
        }),
      inject: [DB, SEALER, ENV, AddressGuard, SourceSweeper, LOG],
    },
    FetcherLife,
  ],
})
export class ConnectionsModule {}
