import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import {
  acceptedDeployment,
  deploymentLog,
  deploymentLogQuery,
  deploymentPage,
  deploymentSummary,
  deploymentView,
  newDeployment,
  type AcceptedDeployment,
  type DeploymentLog,
  type DeploymentSummary,
  type DeploymentView,
  type NewDeploymentBody,
} from '#libs/contracts/api/deployments.js';
import { hasEnded } from '#libs/core/deployment-status.js';
import { acceptDeployment } from '#libs/store/accept.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { deploymentByNumber, lastBuildOf, listDeployments } from '#libs/store/deployment-queries.js';
import { cancelDeployment } from '#libs/store/deployments.js';
import { logLinesAfter } from '#libs/store/log-lines.js';
import { stepsOf } from '#libs/store/steps.js';
import { DB } from '#libs/store/store.module.js';
import { sourceMessage } from '../git/text.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { NumberParam } from '../http/params.js';
import { buildViewOf, logLineViewOf, stepViewOf } from './deployment.view.js';
import { rebuildLive, retryDeployment, rollBack } from './doors.js';
import { summariesOf, summaryOf } from './show.js';

@ApiTags('Deployments')
@Controller('v1/apps/:app/deployments')
export class DeploymentsController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get()
  @Can('app.read')
  @Answers('List an app’s deployments, newest first', deploymentPage)
  list(
    @CurrentApp() app: App,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<DeploymentSummary>> {
    return page(query, {
      name: 'deployments',
      parse: cursorKey.number,
      fetch: (before, take) => listDeployments(this.db, app.id, { before, take }),
      keyOf: (row) => row.number,
      view: (rows) => summariesOf(this.db, rows),
    });
  }

  @Post()
  @Can('app.deploy')
  @Answers(
    'Deploy an image, go back to a release, repeat a deployment, or build what is live again',
    acceptedDeployment,
    202,
  )
  async create(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newDeployment }) body: NewDeploymentBody,
  ): Promise<AcceptedDeployment> {
    return { deployment: await summaryOf(this.db, await this.accept(app, caller, body)) };
  }

  @Get(':number')
  @Can('app.read')
  @Answers('One deployment with its timeline and build', deploymentView)
  async show(@CurrentApp() app: App, @NumberParam() number: number): Promise<DeploymentView> {
    const row = await deploymentByNumber(this.db, app.id, number);
    const [[summary], steps, build] = await Promise.all([
      summariesOf(this.db, [row]),
      stepsOf(this.db, row.id),
      lastBuildOf(this.db, row.id),
    ]);
    return {
      ...(summary as DeploymentSummary),
      steps: steps.map(stepViewOf),
      build: build && buildViewOf(build),
    };
  }

  @Post(':number/cancel')
  @Can('app.deploy')
  @Answers('Cancel a deployment that is not live yet', deploymentSummary)
  async cancel(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @NumberParam() number: number,
  ): Promise<DeploymentSummary> {
    const { id } = await deploymentByNumber(this.db, app.id, number);
    await cancelDeployment(this.db, id, actorOf(caller));
    return summaryOf(this.db, id);
  }

  @Post(':number/retry')
  @Can('app.deploy')
  @Answers('Deploy the same source or release again', acceptedDeployment, 202)
  async retry(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @NumberParam() number: number,
  ): Promise<AcceptedDeployment> {
    const id = await retryDeployment(this.db, app.id, number, actorOf(caller));
    return { deployment: await summaryOf(this.db, id) };
  }

  @Get(':number/log')
  @Can('logs.read')
  @Answers('Lines of a deployment’s log after an id', deploymentLog)
  async log(
    @CurrentApp() app: App,
    @NumberParam() number: number,
    @Query({ schema: deploymentLogQuery }) query: { after: string; limit: number },
  ): Promise<DeploymentLog> {
    // The status is read first: lines written before the end are then all there when it says "ended".
    const { id, status } = await deploymentByNumber(this.db, app.id, number);
    const rows = await logLinesAfter(this.db, id, BigInt(query.after), query.limit);
    const as = status as DeploymentLog['status'];
    return { lines: rows.map(logLineViewOf), ended: hasEnded(as) && rows.length < query.limit, status: as };
  }

  private async accept(app: App, caller: Caller, body: NewDeploymentBody): Promise<string> {
    const actor = actorOf(caller);
    if ('rebuild' in body) return rebuildLive(this.db, app.id, actor);
    if ('retry' in body) return retryDeployment(this.db, app.id, body.retry, actor);
    if ('release' in body) return rollBack(this.db, app.id, body.release, actor);
    const { deployment } = await acceptDeployment(this.db, {
      appId: app.id,
      trigger: 'image',
      actor,
      source: { kind: 'image', image: body.image, message: sourceMessage(body.message) },
    });
    return deployment.id;
  }
}
