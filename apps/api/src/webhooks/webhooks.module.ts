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
import type { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER, SEALER } from '#libs/store/store.module.js';
import { LOG } from '../log.js';
import { Dispatcher } from './dispatcher.js';
import { AppWebhooksController, TeamWebhooksController } from './webhooks.controller.js';
import { Webhooks } from './webhooks.js';

const DISPATCHER = Symbol('DISPATCHER');

/** Ties the dispatcher's life to the api's. */
@Injectable()
class WebhookLife implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Dispatcher,
    @Inject(LISTENER) private readonly listener: NoticeListener,
  ) {}

  onApplicationBootstrap(): void {
    this.listener.on('notice', (notice) => this.dispatcher.onNotice(notice));
    this.listener.on('resync', () => this.dispatcher.ask());
    this.dispatcher.ask();
  }

  onModuleDestroy(): Promise<void> {
    return this.dispatcher.stop();
  }
}

/** Webhooks: their rows by REST, and what is sent to them. */
@Module({
  controllers: [TeamWebhooksController, AppWebhooksController],
  providers: [
    {
      provide: AddressGuard,
      useFactory: (env: Env) => new AddressGuard(env.BERTH_OUTBOUND_ALLOW),
      inject: [ENV],
    },
    {
      provide: DISPATCHER,
      useFactory: (db: Db, sealer: Sealer, guard: AddressGuard, log: Logger) =>
        new Dispatcher({ db, sealer, guard, warn: (message) => log.warn(message) }),
      inject: [DB, SEALER, AddressGuard, LOG],
    },
    {
      provide: Webhooks,
      useFactory: (db: Db, sealer: Sealer, guard: AddressGuard, dispatcher: Dispatcher) =>
        new Webhooks(db, sealer, guard, () => dispatcher.ask()),
      inject: [DB, SEALER, AddressGuard, DISPATCHER],
    },
    WebhookLife,
  ],
  exports: [AddressGuard],
})
export class WebhooksModule {}
