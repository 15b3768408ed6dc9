import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { authorizeTeam, defaultTeam, listedTeamIds } from '#libs/access/authorize.js';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can, SignedIn } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import {
  addOnListQuery,
  addOnPage,
  addOnView,
  createdAddOn,
  newAddOn,
  type AddOnView,
  type CreatedAddOn,
  type NewAddOn,
} from '#libs/contracts/api/addons.js';
import type { Page, PageQuery } from '#libs/contracts/api/common.js';
import { addOnKinds, addOnUrl } from '#libs/core/add-on.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { addOnOf, attachmentsOf, createAddOn } from '#libs/store/add-ons.js';
import { listApps, showApp, type ShownApp } from '#libs/store/app-queries.js';
import { deleteApp, type AppWithTeam } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { stateOf } from '../apps/app.view.js';
import { summaryOf } from '../deployments/show.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';

@ApiTags('Add-ons')
@Controller('v1/addons')
export class AddOnsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
  ) {}

  @Get()
  @SignedIn('read')
  @Answers('List the add-ons of one’s teams, by name', addOnPage)
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: addOnListQuery }) query: PageQuery & { team?: string },
  ): Promise<Page<AddOnView>> {
    const teamIds = await listedTeamIds(this.db, caller, query.team);
    return page(query, {
      name: 'addons',
      parse: cursorKey.name,
      fetch: (after, take) =>
        listApps(this.db, { teamIds, search: null, kinds: addOnKinds }, { after, take }),
      keyOf: ({ app }) => app.name,
      view: (rows: ShownApp[]) => this.views(rows),
    });
  }

  @Post()
  @SignedIn('write')
  @Answers('Create a database or a cache for a team’s apps', createdAddOn, 201)
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: newAddOn }) { kind, name, team: slug }: NewAddOn,
  ): Promise<CreatedAddOn> {
    const named = slug ?? (await defaultTeam(this.db, caller));
    const { team } = await authorizeTeam(this.db, caller, named, 'app.create');
    const { app, deployment } = await createAddOn(this.db, this.sealer, {
      kind,
      name: name ?? `${kind}-${randomBytes(3).toString('hex')}`,
      teamId: team.id,
      actor: actorOf(caller),
    });
    return { addOn: await this.view({ ...app, team }), deployment: await summaryOf(this.db, deployment.id) };
  }

  @Get(':addOn')
  @Can('app.read')
  @Answers('One add-on, and the apps that use it', addOnView)
  show(@CurrentApp() app: AppWithTeam): Promise<AddOnView> {
    return this.view(addOnOf(app));
  }

  @Delete(':addOn')
  @Can('app.delete')
  @Answers('Delete an add-on with its data. 409 while an app uses it', null)
  delete(@CurrentApp() app: AppWithTeam, @CurrentCaller() caller: Caller): Promise<void> {
    return deleteApp(this.db, addOnOf(app).id, actorOf(caller));
  }

  private async view(app: ShownApp['app']): Promise<AddOnView> {
    const [view] = await this.views([await showApp(this.db, app)]);
    return view as AddOnView;
  }

  private async views(rows: ShownApp[]): Promise<AddOnView[]> {
    const attachments = await attachmentsOf(
      this.db,
      rows.map(({ app }) => app.id),
    );
    return rows.map((shown) => {
      const { id, name, kind, team, createdAt } = addOnOf(shown.app);
      return {
        ...{ id, name, kind, team: team.slug },
        ...stateOf(shown),
        url: addOnUrl({ kind, name }),
        attachments: attachments.get(id) ?? [],
        createdAt: createdAt.toISOString(),
      };
    });
  }
}
