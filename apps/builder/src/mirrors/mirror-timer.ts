import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { messageOf } from '#libs/core/errors.js';
import { checkMirrors } from '#libs/mirrors/check-mirrors.js';
import type { Parts } from '../pipeline.js';
import { LOGGER, PARTS } from '../tokens.js';

const EVERY_MS = 5 * 60_000;

/** Asks the mirrors at the start and every five minutes, so that a build begins with one that answers. */
@Injectable()
export class MirrorTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private readonly shutdown = new AbortController();
  private checking: Promise<void> | null = null;

  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.check(), EVERY_MS);
    this.check();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.shutdown.abort();
    await this.checking;
  }

  private check(): void {
    const { db, env } = this.parts;
    const options = { onlyChoices: true, signal: this.shutdown.signal };
    this.checking ??= checkMirrors(db, env.BERTH_HOME, options)
      .then(
        () => undefined,
        (error: unknown) => {
          if (!this.shutdown.signal.aborted)
            this.logger.info({ error: messageOf(error) }, 'mirrors not checked');
        },
      )
      .finally(() => {
        this.checking = null;
      });
  }
}
