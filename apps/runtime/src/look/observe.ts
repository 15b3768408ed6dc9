import type { DesiredApp, KeptStatus, ObservedInstance, RunTarget } from '#libs/core/reconcile.js';
import { label, type ContainerView } from '#libs/engine/port.js';
import type { AppState, RunDeployment, RunSplit } from '#libs/store/app-states.js';
import type { RuntimeContext } from '../runtime-context.js';
import { sparesOf } from './spare.js';
import { volumeNames } from '#libs/contracts/manifest.js';
import { isScaledToZero, wantedProcesses } from '#libs/contracts/wanted-processes.js';
import { trialOf } from '../rollout/trial.js';
import { visitedTiers } from '../sleep/visited-tiers.js';

/** Containers of an app by the instance that they belong to. */
export function byInstance(containers: ContainerView[]): Map<string, ContainerView> {
  return new Map(containers.map((view) => [view.labels[label.instance] ?? '', view]));
}

/** Containers of an app: those that carry its label, and those that waited for it before it was known. */
export async function containersOf(
  { engine }: Pick<RuntimeContext, 'engine'>,
  { app, instances }: Pick<AppState, 'app' | 'instances'>,
): Promise<ContainerView[]> {
  const labelled = await engine.list({ app: app.id });
  const known = new Set(labelled.map((view) => view.id));
  const others = instances.flatMap(({ containerId }) =>
    containerId === null || known.has(containerId) ? [] : [containerId],
  );
  const found = await Promise.all(others.map((id) => engine.inspect(id)));
  return [...labelled, ...found.filter((view) => view !== null)];
}

/** What the app should be, by Postgres. */
export function desiredOf(state: AppState, now = Date.now()): DesiredApp {
  const visited = visitedTiers(state, now);
  return {
    deleted: state.app.deletedAt !== null,
    live: state.live && targetOf(state, state.live, { trial: false }),
    next: state.next && targetOf(state, state.next, { trial: true }),
    split: state.split && !state.split.isTrial ? shareOf(state, state.split) : null,
    visited: visited.awake.map((deployment) => visitedTarget(deployment)),
    trial: trialOf(state),
    spares: sparesOf(state, visited.resting, now),
    tier: state.app.sleepTier,
  };
}

function targetOf(state: AppState, deployment: RunDeployment, how: { trial: boolean }): RunTarget {
  return {
    deploymentId: deployment.id,
    releaseId: deployment.release.id,
    processes: wantedProcesses(state.app, deployment.release, how),
    ...(how.trial && needsCommand(deployment) && { command: true }),
    volumes: volumeNames(deployment.release.manifest),
  };
}

/** A release that gets a share of the visitors has that share of the web instances, and of nothing else. */
function shareOf(state: AppState, { deployment, percent }: RunSplit): RunTarget | null {
  if (isScaledToZero(state.app.scale)) return null;
  const target = targetOf(state, deployment, { trial: false });
  return {
    ...target,
    processes: { web: Math.max(1, Math.ceil(((target.processes['web'] ?? 1) * percent) / 100)) },
  };
}

function visitedTarget({ id, release }: RunDeployment): RunTarget {
  return {
    ...{ deploymentId: id, releaseId: release.id, processes: { web: 1 } },
    volumes: volumeNames(release.manifest),
  };
}

/** New code brings new migrations; going back, or starting the same code again, does not. */
const triggersOfNewCode = ['git', 'upload', 'image', 'retry'];

/** Has the release a command that has not succeeded yet in this deployment? */
function needsCommand({ trigger, releaseCommandAt, release }: RunDeployment): boolean {
  const command = release.processes['release'] ?? [];
  return command.length > 0 && releaseCommandAt === null && triggersOfNewCode.includes(trigger);
}

const containerStates = {
  created: 'created',
  running: 'running',
  paused: 'frozen',
  exited: 'ended',
  dead: 'ended',
} as const satisfies Record<ContainerView['state'], ObservedInstance['container']>;

/** What the app's instances are: rows, containers, and this process's own work. */
export function observe(
  state: AppState,
  containers: Map<string, ContainerView>,
  known: {
    isBusy: (instanceId: string) => boolean;
    isRouted: (row: AppState['instances'][number]) => boolean;
  },
): ObservedInstance[] {
  return state.instances.map((row) => {
    const view = containers.get(row.id);
    return {
      id: row.id,
      deploymentId: row.deploymentId,
      releaseId: row.releaseId,
      process: row.process,
      status: row.status as KeptStatus,
      container: view === undefined ? 'none' : containerStates[view.state],
      busy: known.isBusy(row.id),
      nextStartAt: row.nextStartAt?.getTime() ?? null,
      routed: known.isRouted(row),
      outgoing: row.restartAskedAt !== null,
      volumes: volumeNames(row.release.manifest),
      createdAt: row.createdAt.getTime(),
    };
  });
}
