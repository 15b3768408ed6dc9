import { volumeNames } from '#libs/contracts/manifest.js';
import { decide, nextLookAt, type Action, type ObservedInstance } from '#libs/core/reconcile.js';
import type { ContainerView } from '#libs/engine/port.js';
import { failDeployment } from '#libs/store/deployments.js';
import { appState, type AppState } from '#libs/store/app-states.js';
import { systemActor } from '#libs/store/events.js';
import { goLive } from '#libs/store/go-live.js';
import { holdEpoch } from '#libs/store/hosts.js';
import { addInstance, adoptInstance, moveInstance } from '#libs/store/instances.js';
import { endReason } from '../instances/end-reason.js';
import { failStart, noteCrash } from '../instances/fail-start.js';
import { StartFailed, Troubles } from '../instances/start-failed.js';
import type { InstanceRow } from '../instances/start-instance.js';
import type { RuntimeContext } from '../runtime-context.js';
import { visitedTiers } from '../sleep/visited-tiers.js';
import { InstanceWork } from './instance-work.js';
import { byInstance, containersOf, desiredOf, observe } from './observe.js';
import { Routing, targetsOf } from './routing.js';

const actor = systemActor('runtime');
/** In one look one action may make the next possible (go live, then route): so many rounds at most. */
const maxRounds = 4;
/** A timer cannot wait for weeks; looking in between does no harm. */
const longestWaitMs = 3_600_000;

/**
 * One look at one app: read what is wanted and what is, decide, act, tell the edge, confirm. Long work goes on beside
 * it, one task for each instance, and asks for another look when it ends.
 */
export class AppLook {
  private readonly work: InstanceWork;
  private readonly routing: Routing;
  private readonly troubles = new Troubles();

  constructor(private readonly context: RuntimeContext) {
    this.work = new InstanceWork(context);
    this.routing = new Routing(context);
  }

  async look(appId: string): Promise<void> {
    for (let round = 0; round < maxRounds; round += 1) {
      // A task, or a wake, that ends while the rows are being read leaves them stale: its instance is left to the look that it asks for.
      const busy = new Set([...this.context.tasks.ids(), ...this.context.sleepers.waking()]);
      const read = await appState(this.context.db, this.context.fence.hostId, appId);
      if (read === null) return this.forget(appId);
      const state = this.context.visited.note(this.context.sleepers.note(read));
      this.context.scalers.note(read);
      this.context.rollouts.note(state);
      // Routes first: visitors wait for them, everything else can wait for visitors.
      if (await this.routing.tell(state)) await this.routing.confirm(state);
      const containers = byInstance(await containersOf(this.context, state));
      const instances = observeWith(this.context, state, containers, busy);
      const actions = decide(desiredOf(state), instances, Date.now());
      const changed = await this.act(state, containers, actions);
      if (!changed) return this.plan(state, instances);
    }
    this.context.look(appId);
  }

  /** An app without a row. */
  private async forget(appId: string): Promise<void> {
    this.context.sleepers.forget(appId);
    this.context.visited.forget(appId);
    this.context.scalers.forget(appId);
    this.context.rollouts.forget(appId);
    await this.routing.forget(appId);
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
        return this.begin(state, await this.add(state, action));
      case 'run':
        this.work.start(state, rowOf(state, action.instanceId));
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
      case 'adopt':
        return (await adoptInstance(db, fence, { ...action, id: action.instanceId })) !== null;
      case 'freeze':
      case 'thaw':
        this.work[action.do](state, rowOf(state, action.instanceId), containers.get(action.instanceId));
        return false;
      case 'unroute':
        // Its container was just seen running: what the edge is told next does not name it any more.
        return true;
      case 'rest':
      case 'end':
        this.work.leave(state, rowOf(state, action.instanceId), containers.get(action.instanceId), action.do);
        return false;
      case 'begin-trial':
        return this.context.rollouts.begin(state, action.deploymentId);
      case 'go-live':
        return this.goLive(state, action.deploymentId);
    }
  }

  /** True when the deployment failed instead. */
  private begin(state: AppState, instance: InstanceRow | null): boolean {
    if (instance === null) return true;
    this.work.start(state, instance);
    return false;
  }

  /** A new instance. Where there is no place for one, the deployment that needs it fails instead of waiting for ever. */
  private async add(state: AppState, action: Action & { do: 'add' }): Promise<InstanceRow | null> {
    try {
      return await this.place(state, action);
    } catch (error) {
      const failure = this.troubles.judge(action.deploymentId, error);
      if (failure === null || action.deploymentId !== state.next?.id) throw error;
      this.troubles.over(action.deploymentId);
      const reason = { ...failure.reason, lines: [] };
      await failDeployment(this.context.db, {
        id: action.deploymentId,
        error: reason,
        actor,
        from: ['starting'],
      });
      return null;
    }
  }

  private async place(state: AppState, action: Action & { do: 'add' }): Promise<InstanceRow> {
    const { db, fence, networks, warm } = this.context;
    const network = await networks.ensure(state.app.teamId);
    const release = releaseOf(state, action.deploymentId);
    // What waited was made before anybody knew of volumes.
    const mayTake =
      action.process === 'web' &&
      action.deploymentId === state.next?.id &&
      volumeNames(release.manifest).length === 0;
    const taken = mayTake ? await warm.take(state.app, release) : null;
    try {
      const row = await addInstance(db, fence, {
        appId: state.app.id,
        releaseId: action.releaseId,
        deploymentId: action.deploymentId,
        process: action.process,
        port: action.process === 'web' ? release.port : null,
        networkId: network.id,
        ...(taken && { id: taken.warm.id, containerId: taken.warm.containerId }),
      });
      return { ...row, release };
    } catch (error) {
      if (taken) await warm.drop(taken.warm.id);
      throw error;
    }
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

  private async crashed(instance: InstanceRow, view: ContainerView | undefined): Promise<void> {
    const { reason, exitCode } = endReason(view, instance, this.context);
    await noteCrash(this.context, instance, { reason, exitCode });
  }

  /** An instance of the new release died between its readiness and going live. */
  private async failed(
    state: AppState,
    action: Action & { do: 'fail' },
    view: ContainerView | undefined,
  ): Promise<void> {
    const instance = rowOf(state, action.instanceId);
    const { reason, exitCode, code } = endReason(view, instance, this.context);
    const failure = new StartFailed(
      { code, step: 'ready', message: reason, hint: 'Its last lines usually say why.' },
      exitCode,
    );
    await failStart(this.context, { app: state.app, instance, deploymentId: action.deploymentId }, failure);
  }

  private async goLive(state: AppState, deploymentId: string): Promise<boolean> {
    const { db, fence } = this.context;
    const { app, next } = state;
    this.routing.begin({ deploymentId, attempt: next?.attempt ?? 0 });
    const moved = await goLive(db, { deploymentId, appGeneration: app.generation, ...fence, actor });
    if (moved === null) await holdEpoch(db, fence);
    return true;
  }

  /** When to look again without being asked, and what is left to do for an app that is gone. */
  private async plan(state: AppState, instances: ObservedInstance[]): Promise<void> {
    const now = Date.now();
    const { over, nextAt } = visitedTiers(state, now);
    for (const at of [nextLookAt(instances, now), nextAt])
      if (at !== null) this.context.look(state.app.id, Math.min(longestWaitMs, Math.max(1, at - now)));
    if (over.length > 0) await this.context.visited.end(state, over, now);
    // Its deployments have ended since this was read: now the app may fall asleep.
    if (state.routing.length > 0) this.context.look(state.app.id);
    if (state.app.deletedAt !== null && state.instances.length === 0) this.context.onAppGone(state.app.id);
  }
}

function observeWith(
  { tasks, routes, direct, sleepers }: RuntimeContext,
  state: AppState,
  containers: Map<string, ContainerView>,
  busy: ReadonlySet<string>,
): ObservedInstance[] {
  return observe(state, containers, {
    isBusy: (id) => busy.has(id) || tasks.isBusy(id) || sleepers.isWaking(id),
    isRouted: (row) => routes.isRouted(row.id) || direct.isRouted(row.address, row.port),
  });
}

/** Would a look at the app find something to do? */
export function needsLook(
  context: RuntimeContext,
  state: AppState,
  containers: Map<string, ContainerView>,
): boolean {
  const targets = targetsOf(context, state);
  if (context.routes.set(state.app.id, targets, state.app.teamId) || state.routing.length > 0) return true;
  const instances = observeWith(context, state, containers, new Set());
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
  const beside = [state.split?.deployment, ...state.visited.map((one) => one.deployment)];
  const deployment = [state.next, state.live, ...beside].find((one) => one?.id === deploymentId);
  if (!deployment) throw new Error(`The deployment ${deploymentId} is not under way.`);
  return deployment.release;
}
