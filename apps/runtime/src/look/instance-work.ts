import { sleepOf } from '#libs/contracts/manifest.js';
import { appHost } from '#libs/core/names.js';
import { messageOf } from '#libs/core/errors.js';
import { EngineError, type ContainerView } from '#libs/engine/port.js';
import type { AppState } from '#libs/store/app-states.js';
import { EpochLost } from '#libs/store/hosts.js';
import { endInstance, restInstance } from '../instances/end-instance.js';
import { failStart } from '../instances/fail-start.js';
import { Troubles } from '../instances/start-failed.js';
import { freezeInstance, thawInstance, type SleepHook } from '../instances/sleep-instance.js';
import { runReleaseCommand } from '../instances/release-command.js';
import { startInstance, type InstanceRow, type StartInput } from '../instances/start-instance.js';
import { startTaken } from '../instances/start-taken.js';
import { TaskAborted } from '../instances/tasks.js';
import type { RuntimeContext } from '../runtime-context.js';
import { givesWay } from './gives-way.js';

/** Work that stopped for a reason that may pass is looked at again after this. */
const retryMs = 1_000;

/** The long work on instances, beside the looks: one task for each instance, and a look at the app when it ends. */
export class InstanceWork {
  private readonly troubles = new Troubles();

  constructor(private readonly context: RuntimeContext) {}

  /** Brings an instance to readiness, or a release command to its end; its failure is its deployment's, or a crash of the live release. */
  start(state: AppState, instance: InstanceRow): void {
    const { app, next } = state;
    const deployment =
      next?.id === instance.deploymentId ? { deploymentId: next.id, attempt: next.attempt } : null;
    this.task(app.id, instance.id, async (signal) => {
      try {
        if (instance.process === 'release' && deployment !== null)
          await runReleaseCommand(this.context, { app, instance, deployment, signal });
        else await this.bring({ app, instance, deployment, signal });
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

  /** What was taken from the warm pool for it, or else a container of its own. */
  private async bring(input: StartInput): Promise<void> {
    const taken = this.context.warm.claim(input.instance.id);
    if (taken !== null && (await startTaken(this.context, input, taken))) return;
    await startInstance(this.context, input);
  }

  /** Lets an instance go once nothing is in flight: to rest for a rollback, or for good. */
  leave(state: AppState, instance: InstanceRow, view: ContainerView | undefined, how: 'rest' | 'end'): void {
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

  /** An instance of an app that sleeps. */
  freeze(state: AppState, instance: InstanceRow, view: ContainerView | undefined): void {
    if (view === undefined) return;
    const { appId, containerId } = { appId: state.app.id, containerId: view.id };
    const hook = this.sleepHook(state, 'beforeFreeze');
    this.task(appId, instance.id, (signal) =>
      freezeInstance(this.context, { appId, instance, containerId, signal, hook }),
    );
  }

  /** An instance of an app that is awake again. */
  thaw(state: AppState, instance: InstanceRow, view: ContainerView | undefined): void {
    if (view === undefined) return;
    const { appId, containerId } = { appId: state.app.id, containerId: view.id };
    const hook = this.sleepHook(state, 'afterWake');
    this.task(appId, instance.id, (signal) =>
      thawInstance(this.context, { appId, instance, containerId, signal, hook }),
    );
  }

  private sleepHook({ app, live }: AppState, which: 'beforeFreeze' | 'afterWake'): SleepHook | null {
    const path = sleepOf(live?.release.manifest ?? null, app)[which];
    return path === null ? null : { path, host: appHost(app.name, this.context.env.BERTH_APPS_DOMAIN) };
  }

  /** The last step of the deployment that took this instance's place; where that waits for the instance's volumes, its first. */
  private noteDrain(state: AppState, instance: InstanceRow, from: Date): void {
    const { visited } = state;
    const successor = givesWay(state) ? state.next : state.live;
    if (successor === null || instance.readyAt === null || instance.deploymentId === successor.id) return;
    // A release of the past that was visited took nobody's place, and nobody took its.
    if (visited.some((one) => one.deployment.releaseId === instance.releaseId)) return;
    const detail = {
      release: instance.release.number,
      container: instance.containerId?.slice(0, 12) ?? null,
    };
    const of = { deploymentId: successor.id, attempt: successor.attempt };
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
}
