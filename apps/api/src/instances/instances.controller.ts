import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { acceptedDeployment, type AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import {
  instanceList,
  instanceQuery,
  instanceView,
  metricsQuery,
  metricsView,
  newCommit,
  type InstanceList,
  type InstanceView,
  type MetricsView,
  type NewCommit,
} from '#libs/contracts/api/instances.js';
import type { App } from '#libs/store/apps.js';
import { commitInstance } from '#libs/store/commits.js';
import type { Db } from '#libs/store/db.js';
import { latestMetrics, listInstances, metricsSince, shownInstance } from '#libs/store/instance-queries.js';
import { restartInstance } from '#libs/store/instance-restart.js';
import { DB } from '#libs/store/store.module.js';
import { summaryOf } from '../deployments/show.js';
import { Answers } from '../http/answers.js';
import { instanceViewOf, metricPointOf } from './instance.view.js';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
/** 24 h of one instance, or an hour of 24: the newest of what there is. */
const POINTS = 8_640;

@ApiTags('Instances')
@Controller('v1/apps/:app')
export class InstancesController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get('instances')
  @Can('app.read')
  @Answers('An app’s instances, with their latest sample', instanceList)
  async list(
    @CurrentApp() app: App,
    @Query({ schema: instanceQuery }) query: { all: '0' | '1' },
  ): Promise<InstanceList> {
    const rows = await listInstances(this.db, app.id, query.all === '1');
    const latest = await latestMetrics(
      this.db,
      rows.map(({ id }) => id),
    );
    return { items: rows.map((row) => instanceViewOf(row, latest.get(row.id))), next: null };
  }

  @Post('instances/:instance/commit')
  @Can('app.exec')
  @Answers(
    'Make a release of what an instance wrote, as docker commit does. Nothing else knows of it: the next push builds without',
    acceptedDeployment,
    202,
  )
  async commit(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Param('instance', ParseUUIDPipe) instanceId: string,
    @Body({ schema: newCommit }) { comment }: NewCommit,
  ): Promise<AcceptedDeployment> {
    const about = { appId: app.id, teamId: app.teamId, instanceId, comment: comment ?? null };
    const { id } = await commitInstance(this.db, { ...about, actor: actorOf(caller) });
    return { deployment: await summaryOf(this.db, id) };
  }

  @Post('instances/:instance/restart')
  @HttpCode(202)
  @Can('app.deploy')
  @Answers(
    'Restart one instance without a lost request: it serves until another one is ready to take its place',
    instanceView,
    202,
  )
  async restart(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Param('instance', ParseUUIDPipe) instanceId: string,
  ): Promise<InstanceView> {
    const about = { appId: app.id, teamId: app.teamId, instanceId };
    await restartInstance(this.db, { ...about, actor: actorOf(caller) });
    const row = await shownInstance(this.db, app.id, instanceId);
    return instanceViewOf(row, (await latestMetrics(this.db, [instanceId])).get(instanceId));
  }

  @Get('metrics')
  @Can('app.read')
  @Answers('CPU, memory, requests and response times by instance, a sample every 10 s', metricsView)
  async metrics(
    @CurrentApp() app: App,
    @Query({ schema: metricsQuery }) query: { since?: string },
  ): Promise<MetricsView> {
    const now = Date.now();
    const wanted = query.since === undefined ? now - HOUR_MS : Date.parse(query.since);
    const since = new Date(Math.max(wanted, now - DAY_MS));
    const { rows, instances } = await metricsSince(this.db, app.id, since, POINTS);
    return {
      since: since.toISOString(),
      series: instances.map(({ id, process, release }) => ({
        instance: id,
        process,
        release: release.number,
        points: rows.filter(({ instanceId }) => instanceId === id).map(metricPointOf),
      })),
    };
  }
}
