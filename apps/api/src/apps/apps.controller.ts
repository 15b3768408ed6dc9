import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { authorizeTeam, defaultTeam, listedTeamIds } from '#libs/access/authorize.js';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can, SignedIn } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  appChange,
  appListQuery,
  appPage,
  appView,
  changedApp,
  newApp,
  sleepNow,
  wokenApp,
  type WokenApp,
  type AppChange,
  type AppView,
  type ChangedApp,
  type NewApp,
  type SleepNow,
} from '#libs/contracts/api/apps.js';
import type { AppFilter } from '#libs/core/app-states.js';
import type { Page, PageQuery } from '#libs/contracts/api/common.js';
import { acceptedDeployment, type AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { listApps, showApp, type ShownApp } from '#libs/store/app-queries.js';
import { changeSettings, restartApp } from '#libs/store/app-settings.js';
import { appByName, createApp, deleteApp, type AppWithTeam } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { tellOfSleep } from '#libs/store/sleep.js';
import { DB } from '#libs/store/store.module.js';
import { summaryOf } from '../deployments/show.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { appViewsOf } from './app.view.js';
import { sleepApp, wakeApp } from './runtime-sleep.js';
import { outcomeOf } from './outcome.js';

@ApiTags('Apps')
@Controller('v1/apps')
export class AppsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get()
  @SignedIn('read')
  @Answers('List the apps of one’s teams, by name', appPage)
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: appListQuery })
    query: PageQuery & { team?: string; search?: string; state?: AppFilter },
  ): Promise<Page<AppView>> {
    const teamIds = await listedTeamIds(this.db, caller, query.team);
    return page(query, {
      name: 'apps',
      parse: cursorKey.name,
      fetch: (after, take) =>
        listApps(
          this.db,
          { teamIds, search: query.search ?? null, state: query.state, kinds: ['app'] },
          { after, take },
        ),
      keyOf: ({ app }) => app.name,
      view: (rows: ShownApp[]) => appViewsOf(this.db, this.env, rows),
    });
  }

  @Post()
  @SignedIn('write')
  @Answers('Create an app', appView, 201)
  async create(@CurrentCaller() caller: Caller, @Body({ schema: newApp }) body: NewApp): Promise<AppView> {
    const slug = body.team ?? (await defaultTeam(this.db, caller));
    const { team } = await authorizeTeam(this.db, caller, slug, 'app.create');
    const app = await createApp(this.db, { name: body.name, teamId: team.id }, actorOf(caller));
    return this.view({ ...app, team });
  }

  @Get(':app')
  @Can('app.read')
  @Answers('One app', appView)
  show(@CurrentApp() app: AppWithTeam): Promise<AppView> {
    return this.view(app);
  }

  @Patch(':app')
  @Can('app.write')
  @Answers('Change scale, autoscaling, sleep, limits or checks of an app', changedApp)
  async change(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
    @Body({ schema: appChange }) { limits, ...body }: AppChange,
  ): Promise<ChangedApp> {
    const outcome = await changeSettings(this.db, app.id, { ...body, ...limits }, actorOf(caller));
    const changed = (await appByName(this.db, app.name)) ?? app;
    return { app: await this.view(changed), ...(await outcomeOf(this.db, app.id, outcome)) };
  }

  @Delete(':app')
  @Can('app.delete')
  @Answers('Delete an app: its instances, addresses and domains go, its name is free again', null)
  delete(@CurrentApp() app: AppWithTeam, @CurrentCaller() caller: Caller): Promise<void> {
    return deleteApp(this.db, app.id, actorOf(caller));
  }

  @Post(':app/restart')
  @Can('app.deploy')
  @Answers(
    'Restart an app without a lost request: a copy of the live release takes its place',
    acceptedDeployment,
    202,
  )
  async restart(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
  ): Promise<AcceptedDeployment> {
    const { id } = await restartApp(this.db, app.id, actorOf(caller));
    return { deployment: await summaryOf(this.db, id) };
  }

  @Post(':app/sleep')
  @HttpCode(200)
  @Can('app.deploy')
  @Answers('Put an app to sleep now; its next request wakes it. 409 while somebody uses it', appView)
  async sleep(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
    @Body({ schema: sleepNow }) how: SleepNow,
  ): Promise<AppView> {
    await sleepApp(this.env.BERTH_RUN_DIR, app.id, how);
    await tellOfSleep(this.db, app, { kind: 'app.put_to_sleep', data: how, actor: actorOf(caller) });
    return this.view((await appByName(this.db, app.name)) ?? app);
  }

  @Post(':app/wake')
  @HttpCode(200)
  @Can('app.deploy')
  @Answers('Wake an app that sleeps, as its next request would', wokenApp)
  async wake(@CurrentApp() app: AppWithTeam, @CurrentCaller() caller: Caller): Promise<WokenApp> {
    const { tier } = await wakeApp(this.env.BERTH_RUN_DIR, app.id);
    if (tier !== 'running')
      await tellOfSleep(this.db, app, { kind: 'app.woken', data: { tier }, actor: actorOf(caller) });
    return { was: tier };
  }

  private async view(app: ShownApp['app']): Promise<AppView> {
    const [view] = await appViewsOf(this.db, this.env, [await showApp(this.db, app)]);
    return view as AppView;
  }
}
