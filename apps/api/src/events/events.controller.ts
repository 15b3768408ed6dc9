import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Caller } from '#libs/access/caller.js';
import { SignedIn } from '#libs/access/declaration.js';
import { CurrentCaller } from '#libs/access/request.js';
import type { Page, PageQuery } from '#libs/contracts/api/common.js';
import {
  eventFilter,
  eventListQuery,
  eventPage,
  eventStream,
  type EventFilter,
  type EventView,
} from '#libs/contracts/api/events.js';
import type { Db } from '#libs/store/db.js';
import { eventsBefore } from '#libs/store/event-queries.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER } from '#libs/store/store.module.js';
import { Answers, Streams } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { lastEventId } from '../live/last-event-id.js';
import { LiveStreams } from '../live/live-streams.js';
import { eventScopeOf } from './event-scope.js';
import { streamEvents } from './event-stream.js';
import { eventViewOf } from './event.view.js';

@ApiTags('Events')
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(LISTENER) private readonly listener: NoticeListener,
    @Inject(LiveStreams) private readonly streams: LiveStreams,
  ) {}

  @Get()
  @SignedIn('read')
  @Answers('What happened, newest first: the audit list', eventPage)
  async list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: eventListQuery }) query: PageQuery & EventFilter,
  ): Promise<Page<EventView>> {
    const scope = await eventScopeOf(this.db, caller, query);
    return page(query, {
      name: 'events',
      parse: cursorKey.bigint,
      fetch: (before, take) => eventsBefore(this.db, scope, before, take),
      keyOf: (row) => row.id,
      view: (rows) => rows.map(eventViewOf),
    });
  }

  @Get('stream')
  @SignedIn('read')
  @Streams('Events as they happen, from now or after Last-Event-ID', eventStream)
  async stream(
    @CurrentCaller() caller: Caller,
    @Query({ schema: eventFilter }) filter: EventFilter,
    @Headers('last-event-id') last: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const scope = { now: await eventScopeOf(this.db, caller, filter) };
    await this.streams.run(
      response,
      caller,
      async (as) => {
        // Teams joined or left meanwhile change what is shown from here on.
        scope.now = await eventScopeOf(this.db, as, filter);
      },
      (stream) =>
        streamEvents({ db: this.db, listener: this.listener, scope, after: lastEventId(last), stream }),
    );
  }
}
