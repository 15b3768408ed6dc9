import type { Env } from '#libs/config/env.js';
import type { ContainerEngine } from '#libs/engine/port.js';
import type { ImageCache } from '#libs/mirrors/cached-image.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { AppState } from '#libs/store/app-states.js';
import type { Db } from '#libs/store/db.js';
import type { Fence } from '#libs/store/hosts.js';
import type { OneOffRow } from '#libs/store/one-offs.js';
import type { DirectEdge, EdgeSettings } from './edge/direct-edge.js';
import type { RouteBook } from './edge/route-book.js';
import type { EngineWatch } from './engine-watch.js';
import type { InstanceTasks } from './instances/tasks.js';
import type { LogKeeper } from './logs/log-keeper.js';
import type { TeamNetworks } from './network/team-networks.js';
import type { Semaphore } from './semaphore.js';
import type { Terminals } from './terminal/terminals.js';
import type { Scalers } from './scale/scalers.js';
import type { Sleepers } from './sleep/sleepers.js';
import type { VisitedReleases } from './sleep/visited-releases.js';
import type { Rollouts } from './rollout/rollouts.js';
import type { DiskWatch } from './instances/disk-watch.js';
import type { Timeline } from './timeline.js';
import type { WarmPool } from './warm/warm-pool.js';

/** Settings that the runtime's work depends on. */
export type RuntimeEnv = EdgeSettings &
  Pick<
    Env,
    | 'BERTH_ID'
    | 'BERTH_NAMES_PORT'
    | 'BERTH_RUN_DIR'
    | 'BERTH_REGISTRY'
    | 'BERTH_APPS_DOMAIN'
    | 'BERTH_SUBNET_POOL'
    | 'BERTH_HOST'
    | 'BERTH_OUTBOUND_ALLOW'
    | 'BERTH_EGRESS_DENY'
    | 'BERTH_WARM_POOL'
    | 'BERTH_MIN_FREE_DISK_MB'
    | 'BERTH_BUILD_DISK_MB'
    | 'DATABASE_URL'
  >;

/** What every piece of the runtime's work shares. One for each process; made once the epoch is taken. */
export interface RuntimeContext {
  env: RuntimeEnv;
  db: Db;
  fence: Fence;
  sealer: Sealer;
  engine: ContainerEngine;
  /** Where copies of Docker Hub's images are. */
  images: ImageCache;
  watch: EngineWatch;
  disk: DiskWatch;
  networks: TeamNetworks;
  tasks: InstanceTasks;
  timeline: Timeline;
  sleepers: Sleepers;
  scalers: Scalers;
  visited: VisitedReleases;
  rollouts: Rollouts;
  routes: RouteBook;
  direct: DirectEdge;
  /** Bounds containers being started at once: more only makes each of them slower. */
  starts: Semaphore;
  warm: WarmPool;
  /** Who works in an instance: it is in use. */
  terminals: Pick<Terminals, 'countIn' | 'endIn'>;
  /** Asks for a look at an app, at once or after so many ms. */
  look: (appId: string, afterMs?: number) => void;
  /** A container was started: its log is to be followed. */
  onStarted: (app: { id: string }, instance: AppState['instances'][number], containerId: string) => void;
  /** The same of a one-off. */
  onOneOffStarted: (row: OneOffRow, containerId: string, begins: 'new' | 'again') => void;
  /** Writes a line of Berth's own into an app's log. */
  noteInLog: LogKeeper['note'];
  /** Waits (bounded) until what a container printed is written, before it is removed. */
  logsWritten: (containerId: string) => Promise<void>;
  /** A deleted app has nothing left: logs and the like go. */
  onAppGone: (appId: string) => void;
  /** Another runtime took over: this process must end. */
  onEpochLost: (error: Error) => void;
  warn: (message: string, detail?: Record<string, unknown>) => void;
}
