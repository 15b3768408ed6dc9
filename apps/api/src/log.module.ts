import { Global, Module } from '@nestjs/common';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { LOG, openLog } from './log.js';

@Global()
@Module({
  providers: [{ provide: LOG, useFactory: (env: Env) => openLog(env), inject: [ENV] }],
  exports: [LOG],
})
export class LogModule {}
