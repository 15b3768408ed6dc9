import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { originFor, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import {
  domainDns,
  domainPage,
  domainView,
  newDomain,
  type DomainDns,
  type DomainView,
  type NewDomain,
} from '#libs/contracts/api/domains.js';
import { BerthError } from '#libs/core/errors.js';
import { appHost } from '#libs/core/names.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { addDomain, domainOf, listDomains, removeDomain, type Domain } from '#libs/store/domains.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { dnsOf } from './domain-dns.js';

@ApiTags('Domains')
@Controller('v1/apps/:app/domains')
export class DomainsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get()
  @Can('app.read')
  @Answers('List an app’s own domains', domainPage)
  list(@CurrentApp() app: App, @Query({ schema: pageQuery }) query: PageQuery): Promise<Page<DomainView>> {
    return page(query, {
      name: 'domains',
      parse: cursorKey.name,
      fetch: (after, take) => listDomains(this.db, app.id, { after, take }),
      keyOf: (row) => row.name,
      view: (rows) => rows.map((row) => this.view(row)),
    });
  }

  @Post()
  @Can('app.write')
  @Answers('Point a host name at an app', domainView, 201)
  async add(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newDomain }) { name }: NewDomain,
  ): Promise<DomainView> {
    const own = [this.env.BERTH_DOMAIN, this.env.BERTH_APPS_DOMAIN];
    if (own.some((host) => name === host || name.endsWith(`.${host}`)))
      throw new BerthError(
        'domain_reserved',
        `${name} is the platform’s own; choose a name outside of ${own.join(' and ')}.`,
      );
    return this.view(await addDomain(this.db, app, name, actorOf(caller)));
  }

  @Get(':name/dns')
  @Can('app.read')
  @Answers('Where one of an app’s domains leads now, and what it should lead to', domainDns)
  async dns(@CurrentApp() app: App, @Param('name') name: string): Promise<DomainDns> {
    const domain = await domainOf(this.db, app.id, name.toLowerCase());
    return dnsOf(domain.name, appHost(app.name, this.env.BERTH_APPS_DOMAIN));
  }

  @Delete(':name')
  @Can('app.write')
  @Answers('Remove a host name from an app', null)
  remove(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
  ): Promise<void> {
    return removeDomain(this.db, app, name.toLowerCase(), actorOf(caller));
  }

  private view({ id, name, createdAt }: Domain): DomainView {
    return { id, name, url: originFor(this.env, name), createdAt: createdAt.toISOString() };
  }
}
