import { messageOf } from '#libs/core/errors.js';
import { decide, nextLookAt, type Action, type ObservedInstance } from '#libs/core/reconcile.js';
import { appHost } from '#libs/core/names.js';
import { EngineError, type ContainerView } from '#libs/engine/port.js';
import { appState, type AppState } from '#libs/store/app-states.js';
import { systemActor } from '#libs/store/events.js';
import { confirmLive, goLive } from '#libs/store/go-live.js';
import { EpochLost, holdEpoch } from '#libs/store/hosts.js';
import { addInstance, moveInstance } from '#libs/store/instances.js';
import { TableRefused } from '../edge/activator-client.js';
import { routeTargets } from '../edge/route-targets.js';
import { endInstance, restInstance } from '../instances/end-instance.js';
import { failStart, noteCrash } from '../instances/fail-start.js';
import { StartFailed, Troubles } from '../instances/start-failed.js';
import { startInstance, type InstanceRow } from '../instances/start-instance.js';
import { TaskAborted } from '../instances/tasks.js';
import { endReason } from '../instances/end-reason.js';
import type { RuntimeContext } from '../runtime-context.js';
import { byInstance, desiredOf, observe } from './observe.js';

const actor = systemActor('runtime');
/** A start that could not be tried (engine or registry away) is tried again after this. */
const retryMs = 1_000;
/** In one look one action may make the next possible (go live, then route): so many rounds at most. */
const maxRounds = 4;

/**
 * One look at one app: read what is wanted and what is, decide, act, tell the edge, confirm. Long work goes on beside
 * it, one task for each instance, and asks for another look when it ends.
 */
export class AppLook {
  /** When a deployment's release went live, for the step's time. */
  private readonly routingSince = new Map<string, Date>();
  private readonly troubles = new Troubles();

  constructor(private readonly context: RuntimeContext) {}

  async look(appId: string): Promise<void> {
    for (let round = 0; round < maxRounds; round += 1) {
      const state = await appState(this.context.db, this.context.fence.hostId, appId);
      if (state === null) return this.forget(appId);
      // Routes first: visitors wait for them, everything else can wait for visitors.
      if (await this.route(state)) await this.confirm(state);
      const containers = byInstance(await this.context.engine.list({ app: appId }));
      const instances = observeWith(this.context, state, containers);
      const actions = decide(desiredOf(state), instances, Date.now());
      const changed = await this.act(state, containers, actions);
      if (!changed) return this.plan(state, instances);
    }
    this.context.look(appId);
  }

  /** Carries the actions out; true when rows changed, so that the look must begin again with them. */
  private async act(
    state: AppState,
    containers: Map<string, ContainerView>,
    actions: Action[],
  ): Promise<boolean> {
    let changed = false;
    for (const action of actions) {
      if (await this.carryOut(state, containers, action)) changed = true;
    }
    return changed;
  }

  private async carryOut(
    state: AppState,
    containers: Map<string, ContainerView>,
    action: Action,
  ): Promise<boolean> {
    const { db, fence, tasks } = this.context;
    switch (action.do) {
      case 'add':
        // What was written is known: it is started at once, without reading all again.
        this.run(state, await this.add(state, action));
        return false;
      case 'run':
        this.run(state, rowOf(state, action.instanceId));
        return false;
      case 'abort':
        tasks.abort(action.instanceId);
        return false;
      case 'crashed':
        await this.crashed(rowOf(state, action.instanceId), containers.get(action.instanceId));
        return true;
      case 'fail':
        await this.failed(state, action, containers.get(action.instanceId));
        return true;
      case 'retire':
        return (await moveInstance(db, fence, { id: action.instanceId, to: 'draining' })) !== null;
      case 'wake':
        return this.wake(action);
      case 'rest':
      case 'end':
        this.leave(state, rowOf(state, action.instanceId), containers.get(action.instanceId), action.do);
        return false;
      case 'go-live':
        return this.goLive(state, action.deploymentId);
    }
  }

  private async add(state: AppState, action: Action & { do: 'add' }): Promise<InstanceRow> {
    const { db, fence, networks } = this.context;
    const network = await networks.ensure(state.app.teamId);
    const release = releaseOf(state, action.deploymentId);
    const row = await addInstance(db, fence, {
      appId: state.app.id,
      releaseId: action.releaseId,
      deploymentId: action.deploymentId,
      process: action.process,
      port: action.process === 'web' ? release.port : null,
      networkId: network.id,
    });
    return { ...row, release };
  }

  private run(state: AppState, instance: InstanceRow): void {
    const { app, next } = state;
    const deployment =
      next?.id === instance.deploymentId ? { deploymentId: next.id, attempt: next.attempt } : null;
    this.task(app.id, instance.id, async (signal) => {
      try {
        await startInstance(this.context, { app, instance, deployment, signal });
        this.troubles.over(instance.id);
      } catch (error) {
        const failure = this.troubles.judge(instance.id, error);
        if (failure === null) throw error;
        this.troubles.over(instance.id);
        const deploymentId = deployment?.deploymentId ?? null;
        await failStart(this.context, { app, instance, deploymentId }, failure);
      }
    });
  }

  /** From here on the instance is one of the new deployment's that is being started. */
  private async wake({ instanceId, deploymentId }: Action & { do: 'wake' }): Promise<boolean> {
    const { db, fence } = this.context;
    const moved = await moveInstance(db, fence, {
      id: instanceId,
      to: 'starting',
      from: ['draining'],
      set: { deploymentId },
    });
    return moved !== null;
  }

  private leave(
    state: AppState,
    instance: InstanceRow,
    view: ContainerView | undefined,
    how: 'rest' | 'end',
  ): void {
    const { app } = state;
    const frozen = view?.state === 'paused';
    this.task(app.id, instance.id, async (signal) => {
      const from = new Date();
      if (how === 'rest' && view !== undefined) {
        await restInstance(this.context, { app, instance, containerId: view.id, frozen, signal });
      } else {
        await endInstance(this.context, { app, instance, containerId: view?.id ?? null, frozen, signal });
      }
      if (!frozen) this.noteDrain(state, instance, from);
    });
  }

  /** The last step of the deployment that took this instance's place. */
  private noteDrain({ live }: AppState, instance: InstanceRow, from: Date): void {
    if (live === null || instance.readyAt === null || instance.deploymentId === live.id) return;
    const detail = {
      release: instance.release.number,
      container: instance.containerId?.slice(0, 12) ?? null,
    };
    const of = { deploymentId: live.id, attempt: live.attempt };
    this.context.timeline.end(of, 'drain', instance.id, { from, to: new Date(), detail });
  }

  /** Long work on one instance; whatever its end, the app is looked at again. */
  private task(appId: string, instanceId: string, work: (signal: AbortSignal) => Promise<void>): void {
    this.context.tasks.run(instanceId, work, (error) => {
      if (error === undefined || error instanceof TaskAborted) return this.context.look(appId);
      if (error instanceof EpochLost) return this.context.onEpochLost(error);
      const expected = error instanceof EngineError;
      this.context.warn(`Work on an instance stopped: ${messageOf(error)}`, { appId, instanceId, expected });
      this.context.look(appId, retryMs);
    });
  }

  private async crashed(instance: InstanceRow, view: ContainerView | undefined): Promise<void> {
    const { reason, exitCode } = endReason(view, instance, this.context.watch);
    await noteCrash(this.context, instance, { reason, exitCode });
  }

  /** An instance of the new release died between its readiness and going live. */
  private async failed(
    state: AppState,
    action: Action & { do: 'fail' },
    view: ContainerView | undefined,
  ): Promise<void> {
    const instance = rowOf(state, action.instanceId);
    const { reason, exitCode, code } = endReason(view, instance, this.context.watch);
    const failure = new StartFailed(
      { code, step: 'ready', message: reason, hint: 'Its last lines usually say why.' },
      exitCode,
    );
    await failStart(this.context, { app: state.app, instance, deploymentId: action.deploymentId }, failure);
  }

  private async goLive(state: AppState, deploymentId: string): Promise<boolean> {
    const { db, fence, timeline } = this.context;
    const { app, next } = state;
    const from = new Date();
    this.routingSince.set(deploymentId, from);
    timeline.begin({ deploymentId, attempt: next?.attempt ?? 0 }, 'route', '', from);
    const moved = await goLive(db, { deploymentId, appGeneration: app.generation, ...fence, actor });
    if (moved === null) await holdEpoch(db, fence);
    return true;
  }

  /**
   * Tells the edge what to do for the app's hosts, and waits until it does. False when the edge cannot be told now: it
   * goes on with what it has, nothing is taken away from under it, and the next look tries again.
   */
  private async route(state: AppState): Promise<boolean> {
    const { routes, direct, env, warn, look } = this.context;
    const { id } = state.app;
    const targets = routeTargets(state, env.BERTH_APPS_DOMAIN, Date.now());
    routes.set(id, targets);
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
  private async confirm(state: AppState): Promise<void> {
    const { db, fence, timeline, env } = this.context;
    for (const deployment of state.routing) {
      const of = { deploymentId: deployment.id, attempt: deployment.attempt };
      const to = new Date();
      const step = {
        from: this.routingSince.get(deployment.id) ?? to,
        to,
        detail: { host: appHost(state.app.name, env.BERTH_APPS_DOMAIN) },
      };
      timeline.end(of, 'route', '', step);
      await timeline.flush();
      await holdEpoch(db, fence);
      await confirmLive(db, deployment.id, actor);
      this.routingSince.delete(deployment.id);
    }
  }

  /** When to look again without being asked, and what is left to do for an app that is gone. */
  private plan(state: AppState, instances: ObservedInstance[]): void {
    const now = Date.now();
    const at = nextLookAt(instances, now);
    if (at !== null) this.context.look(state.app.id, Math.max(1, at - now));
    if (state.app.deletedAt !== null && state.instances.length === 0) this.context.onAppGone(state.app.id);
  }

  private async forget(appId: string): Promise<void> {
    const { routes, direct } = this.context;
    routes.set(appId, {});
    await routes.publish();
    await direct.apply(appId, [], null);
  }
}

function observeWith(
  { tasks, routes, direct }: RuntimeContext,
  state: AppState,
  containers: Map<string, ContainerView>,
): ObservedInstance[] {
  return observe(state, containers, {
    isBusy: (id) => tasks.isBusy(id),
    isRouted: (row) => routes.isRouted(row.id) || direct.isRouted(row.address, row.port),
  });
}

/** Would a look at the app find something to do? */
export function needsLook(
  context: RuntimeContext,
  state: AppState,
  containers: Map<string, ContainerView>,
): boolean {
  const targets = routeTargets(state, context.env.BERTH_APPS_DOMAIN, Date.now());
  if (context.routes.set(state.app.id, targets) || state.routing.length > 0) return true;
  const instances = observeWith(context, state, containers);
  return (
    decide(desiredOf(state), instances, Date.now()).length > 0 || nextLookAt(instances, Date.now()) !== null
  );
}

function rowOf(state: AppState, instanceId: string): InstanceRow {
  const row = state.instances.find((one) => one.id === instanceId);
  if (row === undefined) throw new Error(`No row for the instance ${instanceId}.`);
  return row;
}

function releaseOf(state: AppState, deploymentId: string): NonNullable<AppState['live']>['release'] {
  const deployment = [state.next, state.live].find((one) => one?.id === deploymentId);
  if (!deployment) throw new Error(`The deployment ${deploymentId} is not under way.`);
  return deployment.release;
}
