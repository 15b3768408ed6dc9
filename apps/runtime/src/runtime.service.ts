import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { LISTENER } from '#libs/store/store.module.js';
import { ControlServer } from './control/control-server.js';
import type { Runtime } from './runtime.js';
import { RUNTIME } from './tokens.js';

/** Ties the runtime's life to the process's: start, notices, control socket, stop. */
@Injectable()
export class RuntimeService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly control: ControlServer;

  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    @Inject(LISTENER) private readonly listener: NoticeListener,
    @Inject(ENV) env: Env,
  ) {
    this.control = new ControlServer(runtime, join(env.BERTH_RUN_DIR, 'runtime.sock'));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.start();
    this.listener.on('notice', (notice) => this.runtime.onNotice(notice));
    this.listener.on('resync', () => this.runtime.lookAtAll());
    await this.control.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.control.stop();
    await this.runtime.stop();
  }
}
