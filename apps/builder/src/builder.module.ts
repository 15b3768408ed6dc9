import { Module } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { Env } from '#libs/config/env.js';
import { ENV, EnvModule } from '#libs/config/env.module.js';
import { connectEngine } from '#libs/images/engine-connection.js';
import { RegistryClient } from '#libs/images/registry-client.js';
import { JobsModule } from '#libs/jobs/jobs.module.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import { RegistryLock } from '#libs/store/registry-lock.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER, SEALER, StoreModule } from '#libs/store/store.module.js';
import { holdNow } from './admission.js';
import { BuildGuards } from './build-guard.js';
import { BuildLine } from './build-line.js';
import { BuildProcessor } from './build.processor.js';
import { Janitor } from './disk/janitor.js';
import { makeRoom } from './disk/make-room.js';
import { MirrorTimer } from './mirrors/mirror-timer.js';
import type { Parts } from './pipeline.js';
import { StackMaker } from './stack-maker.js';
import { BuildSweep } from './sweep.js';
import { LOGGER, PARTS } from './tokens.js';

@Module({
  imports: [EnvModule, StoreModule, JobsModule],
  providers: [
    {
      provide: LOGGER,
      useFactory: (env: Env) => pino({ name: 'builder', level: env.LOG_LEVEL }),
      inject: [ENV],
    },
    {
      provide: PARTS,
      useFactory: (env: Env, db: Db, sealer: Sealer): Parts => ({
        env,
        db,
        sealer,
        docker: connectEngine(env.DOCKER_HOST),
        registry: new RegistryClient(env.BERTH_REGISTRY),
        stackMaker: new StackMaker(env.BERTH_HOME),
        registryLock: new RegistryLock(env.DATABASE_URL),
        makeRoom: (signal) => makeRoom(db, signal),
        guards: new BuildGuards(env),
      }),
      inject: [ENV, DB, SEALER],
    },
    {
      provide: BuildLine,
      useFactory: (env: Env, db: Db, listener: NoticeListener, logger: Logger) =>
        new BuildLine(db, listener, (running) => holdNow(env, running), logger),
      inject: [ENV, DB, LISTENER, LOGGER],
    },
    BuildProcessor,
    BuildSweep,
    Janitor,
    MirrorTimer,
  ],
})
export class BuilderModule {}
