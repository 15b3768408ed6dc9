import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { visibleTeamIds } from '#libs/access/authorize.js';
import type { Caller } from '#libs/access/caller.js';
import { Can, SignedIn } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import {
  appMetricsQuery,
  appMetricsView,
  trafficQuery,
  trafficView,
  type AppMetricsView,
  type TrafficView,
} from '#libs/contracts/api/metrics.js';
import { BerthError } from '#libs/core/errors.js';
import { appIdsByName } from '#libs/store/app-queries.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { markedEvents, metricSeries, trafficOf } from '#libs/store/metric-series.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { markOf, pointOf, stepFor } from './metrics.view.js';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
/** The last hour of the apps list, in two-minute steps. */
const traffic = { stepSeconds: 120, steps: 30 };

@ApiTags('Metrics')
@Controller('v1')
export class MetricsController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get('apps/:app/metrics/series')
  @Can('app.read')
  @Answers('Requests, errors, response times, CPU and memory of an app over time, with marks', appMetricsView)
  async series(
    @CurrentApp() app: App,
    @Query({ schema: appMetricsQuery }) query: { from?: string; to?: string },
  ): Promise<AppMetricsView> {
    const now = Date.now();
    const to = new Date(Math.min(query.to === undefined ? now : Date.parse(query.to), now));
    const wanted = query.from === undefined ? to.getTime() - HOUR_MS : Date.parse(query.from);
    const from = new Date(Math.max(wanted, now - DAY_MS));
    if (from >= to)
      throw new BerthError('invalid_query', '“from” must lie before “to”, and within the last 24 hours.');
    const stepSeconds = stepFor((to.getTime() - from.getTime()) / 1000);
    const [rows, events] = await Promise.all([
      metricSeries(this.db, app.id, { from, to, stepSeconds }),
      markedEvents(this.db, app.id, { from, to }),
    ]);
    return {
      ...{ from: from.toISOString(), to: to.toISOString(), stepSeconds },
      points: rows.map(pointOf),
      marks: events.flatMap((event) => markOf(event) ?? []),
    };
  }

  @Get('traffic')
  @SignedIn('read')
  @Answers('Requests of the last hour of several apps; those that one may not see are left out', trafficView)
  async traffic(
    @CurrentCaller() caller: Caller,
    @Query({ schema: trafficQuery }) query: { apps: string[] },
  ): Promise<TrafficView> {
    const { stepSeconds, steps } = traffic;
    const end = Math.ceil(Date.now() / 1000 / stepSeconds) * stepSeconds * 1000;
    const from = new Date(end - steps * stepSeconds * 1000);
    const apps = await appIdsByName(this.db, query.apps, await visibleTeamIds(this.db, caller));
    const found = await trafficOf(
      this.db,
      apps.map(({ id }) => id),
      { from, stepSeconds, steps },
    );
    const quiet = (): number[] => new Array<number>(steps).fill(0);
    return {
      ...{ from: from.toISOString(), stepSeconds },
      requests: Object.fromEntries(apps.map(({ id, name }) => [name, found.get(id) ?? quiet()])),
    };
  }
}
