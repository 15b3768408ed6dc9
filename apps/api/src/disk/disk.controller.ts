import { Body, Controller, Get, Inject, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { AdminOnly, Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller, CurrentTeam, type Access } from '#libs/access/request.js';
import {
  appDisk,
  collectionView,
  newCollection,
  teamDisk,
  type AppDisk,
  type CollectionView,
  type NewCollection,
  type TeamDisk,
} from '#libs/contracts/api/disk.js';
import type { App } from '#libs/store/apps.js';
import { collectionById, wantCollection, type Collection } from '#libs/store/collections.js';
import type { Db } from '#libs/store/db.js';
import { appIdsOfTeam, slugsOfTeams } from '#libs/store/disk-facts.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { appDiskOf, collectionViewOf, teamDiskOf } from './disk.view.js';
import { endOf, freshLook } from './fresh-look.js';

/** Most collections take a second or two; longer ones are asked for by their id. */
const PATIENCE_MS = 20_000;

@ApiTags('Disk')
@Controller('v1')
export class DiskController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get('platform/disk')
  @AdminOnly()
  @Answers('What takes the host’s disk, and what a collection would remove, and why', collectionView)
  async platform(): Promise<CollectionView> {
    return this.view(await freshLook(this.db));
  }

  @Post('platform/disk/collections')
  @AdminOnly()
  @Answers('Remove what is not needed any more, or (`dryRun`) only say what would go', collectionView, 202)
  async collect(
    @CurrentCaller() caller: Caller,
    @Body({ schema: newCollection }) { dryRun }: NewCollection,
  ): Promise<CollectionView> {
    const { id } = await wantCollection(this.db, { trigger: 'request', dryRun }, actorOf(caller));
    return this.view((await endOf(this.db, id, PATIENCE_MS)) ?? (await collectionById(this.db, id)));
  }

  @Get('platform/disk/collections/:id')
  @AdminOnly()
  @Answers('One look at the disk', collectionView)
  async show(@Param('id', ParseUUIDPipe) id: string): Promise<CollectionView> {
    return this.view(await collectionById(this.db, id));
  }

  @Get('teams/:team/disk')
  @Can('team.read')
  @Answers('What each app of a team takes, which releases keep their image, and why', teamDisk)
  async team(@CurrentTeam() { team }: Access): Promise<TeamDisk> {
    const [look, ids] = await Promise.all([freshLook(this.db), appIdsOfTeam(this.db, team.id)]);
    return teamDiskOf(look, ids);
  }

  @Get('apps/:app/disk')
  @Can('app.read')
  @Answers('What one app takes, which releases keep their image, and why', appDisk)
  async app(@CurrentApp() app: App): Promise<AppDisk> {
    return appDiskOf(await freshLook(this.db), app.id);
  }

  private async view(row: Collection): Promise<CollectionView> {
    return collectionViewOf(row, await slugsOfTeams(this.db));
  }
}
