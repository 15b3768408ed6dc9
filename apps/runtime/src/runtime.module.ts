import { Module } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { Env } from '#libs/config/env.js';
import { ENV, EnvModule } from '#libs/config/env.module.js';
import { DockerEngine } from '#libs/engine/docker/docker-engine.js';
import { JobsModule } from '#libs/jobs/jobs.module.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import { DB, SEALER, StoreModule } from '#libs/store/store.module.js';
import { ActivatorClient } from './edge/activator-client.js';
import { LookProcessor } from './look.processor.js';
import { Runtime } from './runtime.js';
import { RuntimeService } from './runtime.service.js';
import { LOGGER, RUNTIME } from './tokens.js';

/** Exit code of a runtime whose host another one has taken over. */
const exitLost = 75;

@Module({
  imports: [EnvModule, StoreModule, JobsModule],
  providers: [
    {
      provide: LOGGER,
      useFactory: (env: Env) => pino({ name: 'runtime', level: env.LOG_LEVEL }),
      inject: [ENV],
    },
    { provide: RUNTIME, useFactory: makeRuntime, inject: [ENV, DB, SEALER, LOGGER] },
    RuntimeService,
    LookProcessor,
  ],
})
export class RuntimeModule {}

function makeRuntime(env: Env, db: Db, sealer: Sealer, logger: Logger): Runtime {
  return new Runtime({
    env,
    db,
    sealer,
    engine: new DockerEngine({ dockerHost: env.DOCKER_HOST, berthId: env.BERTH_ID }),
    edge: new ActivatorClient(env.BERTH_RUN_DIR),
    onLost: (error) => {
      logger.error({ err: error }, 'This runtime is no longer in charge of its host; it ends.');
      process.exit(exitLost);
    },
    warn: (message, detail = {}) => logger.warn(detail, message),
  });
}
