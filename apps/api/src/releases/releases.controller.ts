import { Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { originFor, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import { acceptedDeployment, type AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { releaseDiff, releaseDiffQuery, type ReleaseDiff } from '#libs/contracts/api/release-diff.js';
import { releasePage, releaseView, type ReleaseView } from '#libs/contracts/api/releases.js';
import { BerthError } from '#libs/core/errors.js';
import { releaseHost } from '#libs/core/names.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { listReleases, numberBefore, type Release } from '#libs/store/release-queries.js';
import { releaseByNumber } from '#libs/store/releases.js';
import { DB } from '#libs/store/store.module.js';
import { emailsOf } from '#libs/store/users.js';
import { rollBack } from '../deployments/doors.js';
import { summaryOf } from '../deployments/show.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { NumberParam } from '../http/params.js';
import { ReleaseDiffer } from './diff/release-differ.js';

@ApiTags('Releases')
@Controller('v1/apps/:app/releases')
export class ReleasesController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(ReleaseDiffer) private readonly differ: ReleaseDiffer,
  ) {}

  @Get()
  @Can('app.read')
  @Answers('List an app’s releases, newest first', releasePage)
  list(@CurrentApp() app: App, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<ReleaseView>> {
    return page(query, {
      name: 'releases',
      parse: cursorKey.number,
      fetch: (before, take) => listReleases(this.db, app.id, { before, take }),
      keyOf: (row) => row.number,
      view: (rows) => this.views(app, rows),
    });
  }

  @Get(':number')
  @Can('app.read')
  @Answers('One release', releaseView)
  async show(@CurrentApp() app: App, @NumberParam() number: number): Promise<ReleaseView> {
    const [view] = await this.views(app, [await releaseByNumber(this.db, app.id, number)]);
    return view as ReleaseView;
  }

  @Get(':number/diff')
  @Can('app.read')
  @Answers(
    'What changed between two releases: files, names of config variables, settings, layers',
    releaseDiff,
  )
  async diff(
    @CurrentApp() app: App,
    @NumberParam() number: number,
    @Query({ schema: releaseDiffQuery }) query: { from?: number },
  ): Promise<ReleaseDiff> {
    const from = query.from ?? (await numberBefore(this.db, app.id, number));
    if (from === null)
      throw new BerthError('release_not_found', `There is no release before v${number} to compare it with.`);
    return this.differ.diff(app.id, from, number);
  }

  @Post(':number/rollback')
  @Can('app.deploy')
  @Answers('Go back to a release: its image and its config, nothing is built', acceptedDeployment, 202)
  async rollBack(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @NumberParam() number: number,
  ): Promise<AcceptedDeployment> {
    const id = await rollBack(this.db, app.id, number, actorOf(caller));
    return { deployment: await summaryOf(this.db, id) };
  }

  private async views(app: App, rows: Release[]): Promise<ReleaseView[]> {
    const emails = await emailsOf(
      this.db,
      rows.map(({ createdById }) => createdById),
    );
    return rows.map((row) => ({
      id: row.id,
      number: row.number,
      description: row.description,
      live: row.id === app.liveReleaseId,
      url: originFor(this.env, releaseHost(app.name, row.number, this.env.BERTH_APPS_DOMAIN)),
      image: row.image,
      build: row.buildId,
      configKeys: row.configKeys,
      processes: row.processes as ReleaseView['processes'],
      port: row.port,
      healthPath: row.healthPath,
      limits: { memoryMb: row.memoryMb, cpus: row.cpus, pids: row.pids },
      startTimeoutSeconds: row.startTimeoutSeconds,
      graceSeconds: row.graceSeconds,
      createdBy: (row.createdById !== null && emails.get(row.createdById)) || null,
      createdAt: row.createdAt.toISOString(),
      collectedAt: row.collectedAt?.toISOString() ?? null,
    }));
  }
}
