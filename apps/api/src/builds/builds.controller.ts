import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp } from '#libs/access/request.js';
import { buildPage } from '#libs/contracts/api/builds.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import { buildView, type BuildView } from '#libs/contracts/api/deployments.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { buildById, listBuilds } from '#libs/store/deployment-queries.js';
import { DB } from '#libs/store/store.module.js';
import { buildViewOf } from '../deployments/deployment.view.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { IdParam } from '../http/params.js';

@ApiTags('Builds')
@Controller('v1/apps/:app/builds')
export class BuildsController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get()
  @Can('app.read')
  @Answers('List an app’s builds, newest first; their logs are their deployments’', buildPage)
  list(@CurrentApp() app: App, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<BuildView>> {
    return page(query, {
      name: 'builds',
      parse: cursorKey.uuid,
      fetch: (before, take) => listBuilds(this.db, app.id, { before, take }),
      keyOf: (row) => row.id,
      view: (rows) => rows.map(buildViewOf),
    });
  }

  @Get(':id')
  @Can('app.read')
  @Answers('One build: its plan, and its image layer by layer', buildView)
  async show(@CurrentApp() app: App, @IdParam() id: string): Promise<BuildView> {
    return buildViewOf(await buildById(this.db, app.id, id));
  }
}
