import { label } from '#libs/engine/port.js';
import { appIdsToLookAt, appStates, goneApps } from '#libs/store/app-states.js';
import { noteHost } from '#libs/store/hosts.js';
import { instancesById, pruneInstances } from '#libs/store/instances.js';
import { pruneMetrics } from '#libs/store/metrics.js';
import { routeTargets } from '../edge/route-targets.js';
import type { LogKeeper } from '../logs/log-keeper.js';
import type { RuntimeContext } from '../runtime-context.js';
import { needsLook } from './app-look.js';
import { byInstance } from './observe.js';
import { Orphans } from './orphans.js';

/** History is thinned out this often. */
const pruneEveryMs = 10 * 60_000;

/** The whole host by level: whatever an event, a job or a notice missed, this finds. */
export class FullLook {
  readonly #orphans: Orphans;
  #prunedAt = 0;

  constructor(
    private readonly context: RuntimeContext,
    private readonly logs: LogKeeper,
    private readonly oneOffs: { look: () => Promise<void> },
  ) {
    this.#orphans = new Orphans(context);
  }

  /** Before anything else: the route table as Postgres has it, so that no partial one is ever sent. */
  async loadRoutes(): Promise<void> {
    const { db, fence, routes, env, sleepers, scalers } = this.context;
    const ids = await appIdsToLookAt(db, fence.hostId);
    for await (const state of appStates(db, fence.hostId, ids)) {
      scalers.note(state);
      const targets = routeTargets(sleepers.note(state), env.BERTH_APPS_DOMAIN, Date.now());
      routes.set(state.app.id, targets, state.app.teamId);
    }
    await this.context.networks.loadGates();
  }

  async look(): Promise<void> {
    await this.#host();
    await this.#network();
    await this.#apps();
    await this.#logs();
    await this.oneOffs.look();
    await this.#orphans.sweep();
    await this.context.networks.sweep();
    await this.#prune();
  }

  async #host(): Promise<void> {
    const { db, fence, engine } = this.context;
    const info = await engine.info();
    await noteHost(db, fence, { ...info });
  }

  async #network(): Promise<void> {
    const { networks } = this.context;
    await networks.verify();
    await networks.guard();
  }

  /** Apps of which something is not as it should be get a look of their own; the others cost a row in one statement. */
  async #apps(): Promise<void> {
    const { db, engine, fence, routes, direct, sleepers, visited, look } = this.context;
    const ids = await appIdsToLookAt(db, fence.hostId);
    const present = new Set(ids);
    routes.keepOnly(present);
    // A direct route whose app is gone: the look at it finds no row and takes the route away.
    for (const appId of direct.apps()) if (!present.has(appId)) look(appId);
    const containers = byInstance(await engine.list());
    for await (const read of appStates(db, fence.hostId, ids)) {
      const state = visited.note(sleepers.overlay(read));
      if (needsLook(this.context, state, containers)) look(state.app.id);
    }
    await routes.republish();
  }

  /** Every running instance's log is followed; logs of apps that are gone go. */
  async #logs(): Promise<void> {
    const { engine, db, fence } = this.context;
    const running = (await engine.list()).filter((view) => view.state === 'running');
    const ids = running.map((view) => view.labels[label.instance] ?? '');
    const rows = await instancesById(db, fence.hostId, ids.filter(Boolean));
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const view of running) {
      const row = byId.get(view.labels[label.instance] ?? '');
      if (row === undefined) continue;
      this.logs.follow({
        appId: row.appId,
        instanceId: row.id,
        process: row.process,
        release: row.release.number,
        containerId: view.id,
      });
    }
    for (const appId of await goneApps(db, await this.logs.apps())) await this.logs.forget(appId);
  }

  async #prune(): Promise<void> {
    const now = new Date();
    if (now.getTime() - this.#prunedAt < pruneEveryMs) return;
    const { db, fence } = this.context;
    await pruneInstances(db, fence, now);
    await pruneMetrics(db, fence, now);
    this.#prunedAt = now.getTime();
  }
}
