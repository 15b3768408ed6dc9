import type { RouteTarget } from '#libs/contracts/edge.js';
import { messageOf } from '#libs/core/errors.js';
import { appHost } from '#libs/core/names.js';
import type { AppState } from '#libs/store/app-states.js';
import { systemActor } from '#libs/store/events.js';
import { confirmLive } from '#libs/store/go-live.js';
import { holdEpoch } from '#libs/store/hosts.js';
import { TableRefused } from '../edge/activator-client.js';
import { routeTargets } from '../edge/route-targets.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { TimelineOf } from '../timeline.js';

const actor = systemActor('runtime');
/** An edge that could not be told is told again after this. */
const retryMs = 1_000;

/** What the edge of this host is to do for an app, now. */
export function targetsOf({ env, engine }: RuntimeContext, state: AppState): Record<string, RouteTarget> {
  return routeTargets(state, env.BERTH_APPS_DOMAIN, Date.now(), (id) => engine.thawing(id));
}

/** What a look does at the edge: tell it, and end the deployments whose release it is known to answer with. */
export class Routing {
  /** When a deployment's release went live, for the step's time. */
  private readonly routingSince = new Map<string, Date>();

  constructor(private readonly context: RuntimeContext) {}

  /** The route of this deployment is about to be switched. */
  begin(of: TimelineOf): void {
    const from = new Date();
    this.routingSince.set(of.deploymentId, from);
    this.context.timeline.begin(of, 'route', '', from);
  }

  /**
   * Tells the edge what to do for the app's hosts, and waits until it does. False when the edge cannot be told now: it
   * goes on with what it has, nothing is taken away from under it, and the next look tries again.
   */
  async tell(state: AppState): Promise<boolean> {
    const { routes, direct, env, warn, look } = this.context;
    const { id } = state.app;
    const targets = targetsOf(this.context, state);
    routes.set(id, targets, state.app.teamId);
    try {
      await routes.publish();
      const main = targets[appHost(state.app.name, env.BERTH_APPS_DOMAIN)] ?? null;
      const hosts = Object.keys(targets).filter((host) => targets[host] === main);
      await direct.apply(id, hosts, main);
      return true;
    } catch (error) {
      if (error instanceof TableRefused) throw error;
      warn(`The edge could not be told: ${messageOf(error)}`, { appId: id });
      look(id, retryMs);
      return false;
    }
  }

  /** The edge is known to answer with the live release: its deployment has reached its end. */
  async confirm(state: AppState): Promise<void> {
    const { db, fence, timeline } = this.context;
    const [host = ''] = Object.keys(targetsOf(this.context, state));
    for (const deployment of state.routing) {
      const of = { deploymentId: deployment.id, attempt: deployment.attempt };
      const to = new Date();
      const step = {
        from: this.routingSince.get(deployment.id) ?? to,
        to,
        detail: { host },
      };
      timeline.end(of, 'route', '', step);
      await timeline.flush();
      await holdEpoch(db, fence);
      await confirmLive(db, deployment.id, actor);
      this.routingSince.delete(deployment.id);
    }
  }

  /** An app without a row has no hosts. */
  async forget(appId: string): Promise<void> {
    const { routes, direct } = this.context;
    routes.set(appId, {});
    await routes.publish();
    await direct.apply(appId, [], null);
  }
}
