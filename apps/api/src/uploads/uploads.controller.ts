import { Controller, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { acceptedDeployment, type AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { summaryOf } from '../deployments/show.js';
import { Answers } from '../http/answers.js';
import { UploadDoor } from './upload-door.js';

const uploadQuery = z.object({ message: z.string().max(1_000).optional() });

@ApiTags('Deployments')
@Controller('v1/apps/:app/uploads')
export class UploadsController {
  constructor(
    @Inject(UploadDoor) private readonly door: UploadDoor,
    @Inject(DB) private readonly db: Db,
  ) {}

  @Post()
  @Can('app.deploy')
  @ApiConsumes('application/gzip', 'application/zip', 'application/x-tar', 'application/octet-stream')
  @ApiBody({
    description: 'A .tar.gz, .tar or .zip archive of the app’s files',
    schema: { type: 'string', format: 'binary' },
  })
  @Answers('Deploy an archive of source files', acceptedDeployment, 202)
  @HttpCode(202)
  async upload(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Query({ schema: uploadQuery }) query: z.infer<typeof uploadQuery>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedDeployment> {
    const id = await this.door.take(request, response, {
      appId: app.id,
      message: query.message,
      actor: actorOf(caller),
    });
    return { deployment: await summaryOf(this.db, id) };
  }
}
