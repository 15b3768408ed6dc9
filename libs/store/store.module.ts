import { Global, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { Sealer } from '#libs/secrets/seal.js';
import { useSealer } from './sealer-in-force.js';
import { openDb, type Db } from './db.js';
import { NoticeListener } from './listener.js';

/** Injection tokens: `Db`, `NoticeListener`, `Sealer`. */
export const DB = Symbol('DB');
export const LISTENER = Symbol('LISTENER');
export const SEALER = Symbol('SEALER');

/** Postgres for a Nest process: pool, notices, and the key that opens sealed values. */
@Global()
@Module({
  providers: [
    { provide: DB, useFactory: (env: Env) => openDb(env.DATABASE_URL), inject: [ENV] },
    { provide: LISTENER, useFactory: (env: Env) => new NoticeListener(env.DATABASE_URL), inject: [ENV] },
    { provide: SEALER, useFactory: (env: Env) => new Sealer(env.BERTH_SECRET_KEY), inject: [ENV] },
  ],
  exports: [DB, LISTENER, SEALER],
})
export class StoreModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(LISTENER) private readonly listener: NoticeListener,
    @Inject(SEALER) private readonly sealer: Sealer,
  ) {}

  async onModuleInit(): Promise<void> {
    useSealer(this.sealer);
    await this.listener.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    await this.db.$disconnect();
  }
}
