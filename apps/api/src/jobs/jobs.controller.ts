import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { Page } from '#libs/contracts/api/common.js';
import {
  cronList,
  jobPage,
  jobQuery,
  jobView,
  newJob,
  runCron,
  type CronList,
  type JobQuery,
  type JobView,
  type NewJob,
  type RunCron,
} from '#libs/contracts/api/jobs.js';
import type { App } from '#libs/store/apps.js';
import { cronByName, listCron } from '#libs/store/cron.js';
import type { Db } from '#libs/store/db.js';
import { acceptJob, cancelJob, jobById, listJobs } from '#libs/store/jobs.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { IdParam } from '../http/params.js';
import { cronViewOf, jobViewOf } from './job.view.js';

@ApiTags('Jobs')
@Controller('v1/apps/:app')
export class JobsController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get('jobs')
  @Can('app.read')
  @Answers('List jobs: runs of the schedule, and what was asked for by hand; newest first', jobPage)
  list(@CurrentApp() app: App, @Query({ schema: jobQuery }) query: JobQuery): Promise<Page<JobView>> {
    const { cron, status } = query;
    return page(query, {
      name: 'jobs',
      parse: cursorKey.uuid,
      fetch: (after, take) => listJobs(this.db, app.id, { after, take, cron, status }),
      keyOf: (job) => job.id,
      view: (jobs) => jobs.map(jobViewOf),
    });
  }

  @Post('jobs')
  @Can('app.exec')
  @Answers(
    'Run a command of the live release, or ask the app for a path, apart from whoever asks',
    jobView,
    202,
  )
  async create(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newJob }) job: NewJob,
  ): Promise<JobView> {
    return jobViewOf(await acceptJob(this.db, app, { ...job, cron: null, actor: actorOf(caller) }));
  }

  @Get('jobs/:job')
  @Can('app.read')
  @Answers('A job', jobView)
  async show(@CurrentApp() app: App, @IdParam('job') id: string): Promise<JobView> {
    return jobViewOf(await jobById(this.db, app.id, id));
  }

  @Post('jobs/:job/cancel')
  @Can('app.exec')
  @Answers('End a job that waits or runs', jobView)
  async cancel(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @IdParam('job') id: string,
  ): Promise<JobView> {
    return jobViewOf(await cancelJob(this.db, app, id, actorOf(caller)));
  }

  @Get('cron')
  @Can('app.read')
  @Answers('The schedule of the live release, by [[cron]] of its berth.toml', cronList)
  async schedule(@CurrentApp() app: App): Promise<CronList> {
    return { items: (await listCron(this.db, app.id)).map(cronViewOf), next: null };
  }

  @Post('cron/run')
  @Can('app.exec')
  @Answers('Run an entry of the schedule now', jobView, 202)
  async runNow(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: runCron }) { name }: RunCron,
  ): Promise<JobView> {
    const { task, timeoutSeconds, retries } = await cronByName(this.db, app.id, name);
    const wanted = { task, timeoutSeconds, retries, cron: name, actor: actorOf(caller) };
    return jobViewOf(await acceptJob(this.db, app, wanted));
  }
}
