import { oneOff } from '#libs/core/one-off.js';
import { label, type ContainerView } from '#libs/engine/port.js';
import { appMarks } from '#libs/store/app-marks.js';
import { appStates, goneApps } from '#libs/store/app-states.js';
import { noteHost } from '#libs/store/hosts.js';
import { instancesById, presentInstanceIds, pruneInstances } from '#libs/store/instances.js';
import { pruneMetrics } from '#libs/store/metrics.js';
import type { LogKeeper } from '../logs/log-keeper.js';
import type { RuntimeContext } from '../runtime-context.js';
import { removeGivenUp } from '../volumes/volume-keeper.js';
import { needsLook } from './app-look.js';
import { AtRest } from './at-rest.js';
import { byInstance } from './observe.js';
import { Orphans } from './orphans.js';
import { targetsOf } from './routing.js';

/** History is thinned out this often. */
const pruneEveryMs = 10 * 60_000;
/** What the Engine says of itself is asked this often: it runs programs to know. */
const describeEveryMs = 5 * 60_000;

/** The whole host by level: whatever an event, a job or a notice missed, this finds. */
export class FullLook {
  readonly #orphans: Orphans;
  readonly #atRest = new AtRest();
  #prunedAt = 0;
  #describedAt = 0;

  constructor(
    private readonly context: RuntimeContext,
    private readonly logs: LogKeeper,
    private readonly oneOffs: { look: () => Promise<void> },
  ) {
    this.#orphans = new Orphans(context);
  }

  /** Before anything else: the route table as Postgres has it, so that no partial one is ever sent. */
  async loadRoutes(): Promise<void> {
    const { db, fence, routes, sleepers, scalers } = this.context;
    const ids = [...(await appMarks(db, fence.hostId)).keys()];
    for await (const state of appStates(db, fence.hostId, ids)) {
      scalers.note(state);
      const targets = targetsOf(this.context, sleepers.note(state));
      routes.set(state.app.id, targets, state.app.teamId);
    }
    await this.context.networks.loadGates();
  }

  /** What goes by the clock also while the host is at rest: its sign of life, its firewall, one-offs whose time is up. */
  async tick(): Promise<void> {
    await this.#host();
    await this.#network();
    await this.oneOffs.look();
    await removeGivenUp(this.context);
  }

  /** Everything; resolves to the number of apps of which something had changed or was under way. */
  async look(): Promise<number> {
    await this.tick();
    // Before any row is read: what exists here and has no row then, has none.
    const containers = await this.context.engine.list();
    const restless = await this.#apps(containers);
    await this.#logs(containers);
    await this.#orphans.sweep(containers);
    await this.context.warm.look(await presentInstanceIds(this.context.db, this.context.fence.hostId));
    await this.context.networks.sweep();
    await this.#prune();
    return restless;
  }

  async #host(): Promise<void> {
    const { db, fence, engine } = this.context;
    const now = Date.now();
    const info = now - this.#describedAt < describeEveryMs ? null : await engine.info();
    await noteHost(db, fence, info && { ...info });
    if (info !== null) this.#describedAt = now;
  }

  async #network(): Promise<void> {
    const { networks } = this.context;
    await networks.verify();
    await networks.guard();
  }

  /**
   * Apps of which something is not as it should be get a look of their own. Of the others, those of which a row or a container changed since
   * the last look cost a row in one statement, and those at rest next to nothing.
   */
  async #apps(views: ContainerView[]): Promise<number> {
    const { db, fence, routes, direct, sleepers, visited, warm, tasks, look } = this.context;
    const marks = await appMarks(db, fence.hostId);
    routes.keepOnly(marks);
    // A direct route whose app is gone: the look at it finds no row and takes the route away.
    for (const appId of direct.apps()) if (!marks.has(appId)) look(appId);
    const restless = this.#atRest.restless(marks, views, (id) => warm.ownerOf(id));
    const containers = byInstance(views);
    for await (const read of appStates(db, fence.hostId, [...restless.keys()])) {
      const state = visited.note(sleepers.overlay(read));
      for (const { id } of state.instances)
        if (containers.get(id)?.labels[label.kind] === 'warm') warm.noteOwner(id, state.app.id);
      if (needsLook(this.context, state, containers)) look(state.app.id);
      else this.#atRest.note(state, restless.get(state.app.id) ?? '', (id) => tasks.isBusy(id));
    }
    await routes.keepInForce();
    return restless.size;
  }

  /** Every running instance's log is followed; logs of apps that are gone go. Of those that are followed no row need be read. */
  async #logs(containers: ContainerView[]): Promise<void> {
    const { db, fence } = this.context;
    const running = containers.filter((view) => view.state === 'running' && !this.logs.isFollowed(view.id));
    const ids = running.map((view) => view.labels[label.instance] ?? '');
    const rows = await instancesById(db, fence.hostId, ids.filter(Boolean));
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const view of running) {
      const row = byId.get(view.labels[label.instance] ?? '');
      if (row === undefined) continue;
      const wish = row.oneOff === null ? null : oneOff.parse(row.oneOff);
      if (wish?.log === false) continue;
      this.logs.follow({
        appId: row.appId,
        instanceId: row.id,
        process: row.process,
        release: row.release.number,
        containerId: view.id,
        ...(wish !== null && { oneOff: wish }),
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
