import { Body, Controller, Delete, Get, Inject, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import {
  newSplit,
  promoted,
  splitView,
  type NewSplit,
  type Promoted,
  type SplitView,
} from '#libs/contracts/api/split.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { liveNumber } from '#libs/store/release-queries.js';
import { endSplit, setSplit, splitOf } from '#libs/store/split.js';
import { DB } from '#libs/store/store.module.js';
import { promote } from '../deployments/doors.js';
import { summaryOf } from '../deployments/show.js';
import { Answers } from '../http/answers.js';
import { NumberParam } from '../http/params.js';

@ApiTags('Releases')
@Controller('v1/apps/:app')
export class SplitController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get('split')
  @Can('app.read')
  @Answers('How the visitors are shared out between releases', splitView)
  show(@CurrentApp() app: App): Promise<SplitView> {
    return this.view(app.id);
  }

  @Put('split')
  @Can('app.deploy')
  @Answers('Give a share of the visitors another release than the live one', splitView)
  async set(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newSplit }) body: NewSplit,
  ): Promise<SplitView> {
    await setSplit(this.db, { appId: app.id, ...body, actor: actorOf(caller) });
    return this.view(app.id);
  }

  @Delete('split')
  @Can('app.deploy')
  @Answers('Give all visitors the live release again', null)
  async end(@CurrentApp() app: App, @CurrentCaller() caller: Caller): Promise<void> {
    await endSplit(this.db, app.id, actorOf(caller));
  }

  @Post('releases/:number/promote')
  @Can('app.deploy')
  @Answers('Give all visitors this release: it becomes the live one, nothing is built', promoted, 202)
  async promote(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @NumberParam() number: number,
  ): Promise<Promoted> {
    const id = await promote(this.db, app.id, number, actorOf(caller));
    return { deployment: id === null ? null : await summaryOf(this.db, id) };
  }

  private async view(appId: string): Promise<SplitView> {
    const split = await splitOf(this.db, appId);
    const live = split?.live ?? (await liveNumber(this.db, appId));
    if (live === null) return { shares: [], sticky: false, deployment: null };
    const shares = [{ release: live, percent: 100 - (split?.percent ?? 0), live: true }];
    if (split !== null) shares.push({ release: split.release, percent: split.percent, live: false });
    return { shares, sticky: split?.sticky ?? false, deployment: split?.deployment ?? null };
  }
}
