import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '#libs/access/declaration.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { platformView, type PlatformView } from '#libs/contracts/api/platform.js';
import type { Db } from '#libs/store/db.js';
import { buildQueue } from '#libs/store/build-queue.js';
import { databaseVersion, platformFacts } from '#libs/store/platform-queries.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { LiveStreams } from '../live/live-streams.js';
import { version } from '#libs/config/version.js';
import { hostViewOf } from './host.view.js';
import { queueViewOf } from './queue.view.js';
import { partsOf } from './parts.js';

@ApiTags('Platform')
@Controller('v1/platform')
export class PlatformController {
  private readonly startedAt = new Date().toISOString();

  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(LiveStreams) private readonly streams: LiveStreams,
  ) {}

  @Get()
  @AdminOnly()
  @Answers('The platform itself: parts, hosts, what waits', platformView)
  async show(): Promise<PlatformView> {
    const [facts, { parts, warm }, postgres, builds] = await Promise.all([
      platformFacts(this.db),
      partsOf(this.env),
      databaseVersion(this.db),
      buildQueue(this.db),
    ]);
    const { hosts, instances, byStatus, outbox, oldest, counts } = facts;
    const waiting = (status: string) => byStatus.find((row) => row.status === status)?._count._all ?? 0;
    return {
      version,
      node: process.version,
      startedAt: this.startedAt,
      parts: [{ name: 'postgres', ok: true, version: postgres, detail: null }, ...parts],
      hosts: hosts.map((host) => hostViewOf(host, instances)),
      queue: {
        queued: waiting('queued'),
        building: waiting('building'),
        starting: waiting('starting') + waiting('routing'),
        outbox,
        oldestQueuedAt: oldest?.createdAt.toISOString() ?? null,
        builds: queueViewOf(builds),
      },
      counts,
      warm,
      streams: this.streams.count,
    };
  }
}
