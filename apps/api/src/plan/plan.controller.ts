import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Caller } from '#libs/access/caller.js';
import { Can, SignedIn } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { planView, type PlanView } from '#libs/contracts/api/plan.js';
import { openSnapshot } from '#libs/source/snapshot.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { newestSource } from '#libs/store/sources.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { Slots } from '../http/slots.js';
import { UploadDoor } from '../uploads/upload-door.js';
import { PlanMaker } from './plan-maker.js';

/** Reading a commit takes processes of git. */
const LIMITS = { running: 2, waiting: 32, waitMs: 30_000 };

/** The app that it would be: decides whether a `berth.<app>.toml` counts. It need not exist. */
const planQuery = z.object({ app: z.string().max(80).optional() });

@ApiTags('Plans')
@Controller('v1')
export class PlanController {
  private readonly slots = new Slots(LIMITS, 'plans');

  constructor(
    @Inject(UploadDoor) private readonly door: UploadDoor,
    @Inject(PlanMaker) private readonly maker: PlanMaker,
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Post('plan')
  @SignedIn('read')
  @ApiConsumes('application/gzip', 'application/zip', 'application/x-tar', 'application/octet-stream')
  @ApiBody({
    description: 'A .tar.gz, .tar or .zip archive of an app’s files',
    schema: { type: 'string', format: 'binary' },
  })
  @Answers('Explain how an archive would be built; it is not kept, and nothing is built', planView)
  planArchive(
    @CurrentCaller() caller: Caller,
    @Query({ schema: planQuery }) query: z.infer<typeof planQuery>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PlanView> {
    return this.door.read(request, response, caller.user.id, (tree) =>
      this.maker.plan(tree, { name: query.app }),
    );
  }

  @Get('apps/:app/plan')
  @Can('app.read')
  @Answers('Explain how the app’s newest source would be built now', planView)
  async planApp(@CurrentApp() app: App): Promise<PlanView> {
    const source = await newestSource(this.db, app.id);
    const release = await this.slots.take();
    try {
      const tree = await openSnapshot(source, { home: this.env.BERTH_HOME });
      try {
        return await this.maker.plan(tree, app);
      } finally {
        await tree.close();
      }
    } finally {
      release();
    }
  }
}
