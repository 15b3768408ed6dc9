import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import {
  drainList,
  drainView,
  newDrain,
  type DrainList,
  type DrainView,
  type NewDrain,
} from '#libs/contracts/api/drains.js';
import { AddressGuard } from '#libs/outbound/address-guard.js';
import { checkedAddresses } from '#libs/outbound/checked-addresses.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { addDrain, listDrains, removeDrain, type Drain } from '#libs/store/drains.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { IdParam } from '../http/params.js';

@ApiTags('Logs')
@Controller('v1/apps/:app/drains')
export class DrainsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
    @Inject(AddressGuard) private readonly guard: AddressGuard,
  ) {}

  @Get()
  @Can('app.write')
  @Answers('List where an app’s log is sent to', drainList)
  async list(@CurrentApp() app: App): Promise<DrainList> {
    return { items: (await listDrains(this.db, app.id)).map(viewOf), next: null };
  }

  @Post()
  @Can('app.write')
  @Answers('Have an app’s log sent to an address: JSON lines by HTTP, or syslog', drainView, 201)
  async add(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newDrain }) { url }: NewDrain,
  ): Promise<DrainView> {
    await checkedAddresses(new URL(url).hostname, this.guard);
    const wanted = { id: randomUUID(), url, actor: actorOf(caller) };
    return viewOf(await addDrain(this.db, this.sealer, app, wanted));
  }

  @Delete(':drain')
  @Can('app.write')
  @Answers('Send an app’s log there no more', null)
  remove(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @IdParam('drain') id: string,
  ): Promise<void> {
    return removeDrain(this.db, app, id, actorOf(caller));
  }
}

function viewOf(row: Drain): DrainView {
  const { id, reason, createdBy } = row;
  return {
    ...{ id, url: row.shownUrl, reason, createdBy },
    sent: Number(row.sent),
    dropped: Number(row.dropped),
    lastAt: row.lastAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
