import { Controller, Delete, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { volumeList, type VolumeList, type VolumeView } from '#libs/contracts/api/volumes.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { giveUpVolume, volumesWithUse, type VolumeWithUse } from '#libs/store/volumes.js';
import { Answers } from '../http/answers.js';

@ApiTags('Volumes')
@Controller('v1/apps/:app/volumes')
export class VolumesController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get()
  @Can('app.read')
  @Answers('An app’s volumes, with their size and where the live release has them', volumeList)
  async list(@CurrentApp() app: App): Promise<VolumeList> {
    return { items: (await volumesWithUse(this.db, app.id)).map(view) };
  }

  @Delete(':name')
  @Can('app.delete')
  @Answers('Remove a volume that the live release does not name, with all that is in it', null)
  remove(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
  ): Promise<void> {
    return giveUpVolume(this.db, app, name, actorOf(caller));
  }
}

function view({ id, name, path, sizeBytes, measuredAt, createdAt }: VolumeWithUse): VolumeView {
  return {
    ...{ id, name, path },
    sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
    measuredAt: measuredAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
