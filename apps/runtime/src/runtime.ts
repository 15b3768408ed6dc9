import { setTimeout as pause } from 'node:timers/promises';
import type { AutoscaleRules } from '#libs/core/autoscale.js';
import { messageOf } from '#libs/core/errors.js';
import { appHost } from '#libs/core/names.js';
import { steadyNow } from '#libs/core/steady-clock.js';
import { waitFor } from '#libs/core/wait.js';
import type { EdgeStats } from '#libs/contracts/edge.js';
import type { Notice } from '#libs/contracts/events.js';
import type { ContainerEngine } from '#libs/engine/port.js';
import { RegistryClient } from '#libs/images/registry-client.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import { RegistryLock } from '#libs/store/registry-lock.js';
import { EpochLost, holdEpoch, passEpoch, takeEpoch, type Fence } from '#libs/store/hosts.js';
import { moveWebInstances } from '#libs/store/autoscale.js';
import { forgetVisited, touchVisited, visitRelease } from '#libs/store/visited-releases.js';
import type { RouteCounters } from '#libs/traefik-config/metrics.js';
import { moveSleepTier } from '#libs/store/sleep.js';
import { TableRefused } from './edge/activator-client.js';
import { BusyWatch, busyEveryMs, traefikCounters } from './edge/busy-watch.js';
import { DirectEdge } from './edge/direct-edge.js';
import { RouteBook, type TableReceiver } from './edge/route-book.js';
import { EngineWatch } from './engine-watch.js';
import { DiskWatch, diskEveryMs } from './instances/disk-watch.js';
import { noteSurvivedOom } from './instances/oom-survivor.js';
import { InstanceTasks } from './instances/tasks.js';
import { AppLook } from './look/app-look.js';
import { FullLook } from './look/full-look.js';
import { LookQueue } from './look/look-queue.js';
import { Pace } from './look/pace.js';
import { LogKeeper } from './logs/log-keeper.js';
import { DrainDesk } from './drains/drain-desk.js';
import { every } from './every.js';
import { JobDesk } from './jobs/job-desk.js';
import { OneOffs } from './one-offs/one-offs.js';
import { MetricsSampler, metricsEveryMs } from './metrics/metrics-sampler.js';
import { Firewall } from './network/firewall.js';
import { TeamNetworks } from './network/team-networks.js';
import type { RuntimeContext, RuntimeEnv } from './runtime-context.js';
import { Semaphore } from './semaphore.js';
import { Terminals } from './terminal/terminals.js';
import { openConnections } from './sleep/open-connections.js';
import { Rollouts } from './rollout/rollouts.js';
import { Scalers } from './scale/scalers.js';
import { callSleepHook } from './sleep/sleep-hook.js';
import { Sleepers } from './sleep/sleepers.js';
import { VisitedReleases } from './sleep/visited-releases.js';
import { Timeline } from './timeline.js';
import { FunctionImages } from './warm/function-image.js';
import { measureVolumes, volumeGrowth, volumesEveryMs } from './volumes/volume-keeper.js';
import { WarmPool } from './warm/warm-pool.js';

/** Without anything asking for it, the whole host is looked at this often, or (look/pace.ts) a quarter of it. */
const fullLookMs = 15_000;
/** Containers being started at once: two cores start 4 to 7 a second, more at once are only slower each. */
const startsAtOnce = 4;
/**
 * How long what a thaw costs in Postgres and in looks waits: where many apps are wanted in one moment, the first ones' would take the
 * processor from the last ones' answers.
 */
const noteThawAfterMs = 300;
/** How long a start-up waits for Postgres before it gives up (the supervisor tries again). */
const databaseMs = 60_000;

const noStats: EdgeStats = { epoch: 0, generation: 0, instances: {} };

export interface RuntimeOptions {
  env: RuntimeEnv;
  db: Db;
  sealer: Sealer;
  engine: ContainerEngine;
  edge: TableReceiver;
  firewall?: Firewall;
  /** The host has another runtime: this one has stopped and its process must end. */
  onLost: (error: Error) => void;
  warn: (message: string, detail?: Record<string, unknown>) => void;
  fullLookMs?: number;
  autoscaleRules?: AutoscaleRules;
}

/** The runtime of one host: makes containers, networks and routes match Postgres, for as long as it holds the epoch. */
export class Runtime {
  readonly #options: RuntimeOptions;
  readonly engine: ContainerEngine;
  readonly logs: LogKeeper;
  readonly firewall: Firewall;
  readonly terminals: Terminals;
  readonly #drains: DrainDesk;
  readonly #registryLock: RegistryLock;
  #context: RuntimeContext | null = null;
  #oneOffs: OneOffs | null = null;
  #jobs: JobDesk | null = null;
  #queue: LookQueue | null = null;
  #fullLook: FullLook | null = null;
  readonly #pace = new Pace();
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #lastLook: { at: number; ms: number } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #samplers: { stop: () => Promise<void> }[] = [];
  #stopped = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.engine = options.engine;
    this.logs = new LogKeeper(options.engine, options.env.BERTH_HOME, options.warn);
    this.firewall = options.firewall ?? new Firewall();
    this.terminals = new Terminals(options);
    const { db, sealer, env, warn } = options;
    this.#registryLock = new RegistryLock(env.DATABASE_URL);
    this.#drains = new DrainDesk({ db, sealer, warn, logs: this.logs, allowed: env.BERTH_OUTBOUND_ALLOW });
  }

  /** null until the epoch is taken. */
  get context(): RuntimeContext | null {
    return this.#context;
  }

  /** The last look at everything: when it began, how long it took. */
  get lastLook(): { at: number; ms: number } | null {
    return this.#lastLook;
  }

  get oneOffs(): OneOffs | null {
    return this.#oneOffs;
  }

  /** Takes the host over and begins to look. Resolves when the first full look is under way. */
  async start(): Promise<void> {
    const { db, env } = this.#options;
    const fence = await waitFor('Postgres', () => takeEpoch(db, env.BERTH_HOST), {
      timeoutMs: databaseMs,
      everyMs: 500,
    });
    const context = this.#assemble(fence);
    this.#context = context;
    this.#oneOffs = new OneOffs(context, this.terminals, env.BERTH_HOME);
    this.#fullLook = new FullLook(context, this.logs, this.#oneOffs);
    await this.#fullLook.loadRoutes();
    await context.direct.start(steadyNow());
    this.#queue?.open();
    context.watch.start();
    this.#timer = setInterval(() => this.#tick(), this.#options.fullLookMs ?? fullLookMs);
    this.#samplers = this.#startSamplers(context);
    this.lookAtAll();
    this.#jobs = new JobDesk(context);
    this.#jobs.ask();
    this.#drains.ask();
    void this.terminals
      .sweep()
      .catch((error: unknown) => this.#failed('Old terminals were not ended', error));
  }

  /** Asks for a look at one app. */
  look(appId: string): void {
    this.#queue?.ask(appId);
  }

  /** A notice of Postgres that makes a look worthwhile: it comes sooner than the job of the queue. */
  onNotice(notice: Notice): void {
    this.#jobs?.onNotice(notice);
    this.#drains.onNotice(notice);
    if (notice.t === 'deployment' && notice.status !== 'queued' && notice.status !== 'building')
      this.look(notice.app);
  }

  /** Asks for a look at jobs and schedules. */
  lookAtJobs(): void {
    this.#jobs?.ask();
  }

  /** Asks for a look at the whole host; one at a time, and one more if asked meanwhile. */
  lookAtAll(): void {
    if (this.#stopped || this.#fullLook === null) return;
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return;
    }
    const look = this.#fullLook;
    const [at, begin] = [Date.now(), performance.now()];
    this.#busyWith(
      look.look().then((restless) => {
        this.#pace.noteLook(restless);
        this.#lastLook = { at, ms: performance.now() - begin };
      }),
    );
  }

  /** A look that takes longer than the interval is not followed by another at once. */
  #tick(): void {
    if (this.#looking !== null || this.#fullLook === null) return;
    if (this.#pace.isDue()) this.lookAtAll();
    else this.#busyWith(this.#fullLook.tick());
  }

  #busyWith(look: Promise<void>): void {
    this.#looking = look
      .catch((error: unknown) => this.#failed('The look at the whole host stopped', error))
      .finally(() => {
        this.#looking = null;
        if (!this.#lookAgain) return;
        this.#lookAgain = false;
        this.lookAtAll();
      });
  }

  /** Stops looking; containers go on. What is under way is left where it is: the next runtime goes on from there. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.#samplers.map((sampler) => sampler.stop()));
    await this.#jobs?.stop();
    await this.terminals.stop();
    await this.#context?.warm.stop();
    await this.#context?.tasks.stop();
    await this.#queue?.stop();
    await this.#looking;
    await this.#context?.watch.stop();
    await this.logs.stop();
    await this.#drains.stop();
    await this.#context?.timeline.flush();
    await this.#registryLock.close();
  }

  /** Everything that looks share, made in the order in which one needs the other. */
  #assemble(fence: Fence): RuntimeContext {
    const { env, db, sealer, engine, edge, warn } = this.#options;
    const look = this.#ask;
    const routes = new RouteBook(edge, fence.epoch);
    const networks = this.#networks(fence, routes);
    const images = new FunctionImages(engine, { registry: env.BERTH_REGISTRY, home: env.BERTH_HOME });
    const timeline = new Timeline(db, warn);
    const context: RuntimeContext = {
      env,
      db,
      fence,
      sealer,
      engine,
      images: {
        db,
        env,
        registry: new RegistryClient(env.BERTH_REGISTRY),
        registryLock: this.#registryLock,
      },
      watch: this.#engineWatch(fence),
      disk: new DiskWatch({
        engine,
        grown: () => volumeGrowth(context),
        // Long before, builds are refused.
        leastFreeMb: env.BERTH_MIN_FREE_DISK_MB / 2,
        warn,
      }),
      networks,
      tasks: new InstanceTasks(),
      timeline,
      routes,
      sleepers: this.#sleepers(fence, { networks, routes }),
      scalers: new Scalers({
        move: (appId, from, to) => moveWebInstances(db, fence, { appId, from, to }),
        look,
        warn,
        ...(this.#options.autoscaleRules && { rules: this.#options.autoscaleRules }),
      }),
      warm: new WarmPool(() => context, env.BERTH_WARM_POOL, images),
      visited: this.#visited(fence),
      rollouts: new Rollouts({ db, fence, timeline, look, warn }),
      direct: new DirectEdge(env, fence.epoch),
      starts: new Semaphore(startsAtOnce),
      terminals: this.terminals,
      look,
      ...this.#logsOf(),
      onEpochLost: (error) => this.#lost(error),
      warn,
    };
    this.#queue = this.#lookQueue(new AppLook(context));
    return context;
  }

  readonly #ask = (appId: string, afterMs?: number): void => this.#queue?.ask(appId, afterMs);

  #lookQueue(appLook: AppLook): LookQueue {
    return new LookQueue(
      (appId) => {
        this.#pace.noteActivity();
        return appLook.look(appId);
      },
      (appId, error) => this.#failed('A look stopped', error, { appId }),
    );
  }

  #engineWatch(fence: Fence): EngineWatch {
    const { db, engine, warn } = this.#options;
    return new EngineWatch({
      engine,
      onChange: this.#ask,
      appOf: (instanceId) => this.#context?.warm.ownerOf(instanceId),
      onOpen: () => this.lookAtAll(),
      onOom: (instance) =>
        void noteSurvivedOom({ engine, db, fence }, instance).catch((error: unknown) =>
          this.#failed('An end for lack of memory was not noted', error),
        ),
      warn,
    });
  }

  #networks(fence: Fence, routes: RouteBook): TeamNetworks {
    const { env, db, engine, warn } = this.#options;
    return new TeamNetworks({
      db,
      engine,
      firewall: this.firewall,
      fence,
      berthId: env.BERTH_ID,
      pool: env.BERTH_SUBNET_POOL,
      gatePorts: { http: env.BERTH_ACTIVATOR_PORT, names: env.BERTH_NAMES_PORT },
      denied: env.BERTH_EGRESS_DENY,
      onNetworks: async (found, publish) => {
        routes.setNetworks(found);
        // A container that starts now may call its team at once. If the edge cannot be told, the next table says it.
        if (publish)
          await routes.publish().catch((error: unknown) => this.#failed('The edge was not told', error));
      },
      warn,
    });
  }

  #sleepers(fence: Fence, { networks, routes }: Pick<RuntimeContext, 'networks' | 'routes'>): Sleepers {
    const { env, db, engine, warn } = this.#options;
    return new Sleepers({
      engine,
      connections: (of) => openConnections({ engine, networks, routes }, of),
      afterWake: (name, { address, port }, path) =>
        void callSleepHook({ address, port, path, host: appHost(name, env.BERTH_APPS_DOMAIN) }),
      terminalsIn: (instanceId) => this.terminals.countIn(instanceId),
      move: (appId, from, to, thawed) => moveSleepTier(db, fence, { appId, from, to, thawed }),
      look: this.#ask,
      afterVisitors: () => pause(noteThawAfterMs),
      warn,
    });
  }

  #visited(fence: Fence): VisitedReleases {
    const { db, warn } = this.#options;
    return new VisitedReleases({
      visit: (visit) => visitRelease(db, fence, visit),
      touch: (appId, releaseId, usedAt) => touchVisited(db, fence, { appId, releaseId, usedAt }),
      end: (appId, releaseIds, before) => forgetVisited(db, fence, { appId, releaseIds, before }),
      terminalsIn: (instanceId) => this.terminals.countIn(instanceId),
      look: this.#ask,
      warn,
    });
  }

  /** What happens to logs when a container starts, and when an app goes. */
  #logsOf(): Pick<
    RuntimeContext,
    'onStarted' | 'onOneOffStarted' | 'noteInLog' | 'logsWritten' | 'onAppGone'
  > {
    const { warn } = this.#options;
    return {
      onStarted: (app, instance, containerId) =>
        this.logs.follow({
          appId: app.id,
          instanceId: instance.id,
          process: instance.process,
          release: instance.release.number,
          containerId,
        }),
      onOneOffStarted: (row, containerId, begins) => {
        if (!row.wish.log) return;
        this.logs.follow({
          appId: row.appId,
          instanceId: row.id,
          process: row.process,
          release: row.release.number,
          oneOff: row.wish,
          containerId,
          begins,
        });
      },
      noteInLog: (about, text) => this.logs.note(about, text),
      logsWritten: (containerId) => this.logs.written(containerId),
      onAppGone: (appId) => {
        this.logs.forget(appId).catch((error: unknown) => warn(messageOf(error)));
        this.#oneOffs?.look({ appId }).catch((error: unknown) => warn(messageOf(error)));
      },
    };
  }

  /** What goes on beside the looks: which apps are busy, and the numbers that owners see. */
  #startSamplers(context: RuntimeContext): { stop: () => Promise<void> }[] {
    const { db, sleepers, scalers, visited, rollouts, fence, engine, routes, direct, look, disk } = context;
    const stats = () => routes.stats();
    const straight = traefikCounters(direct.api);
    let read = { stats: noStats, straight: new Map<string, RouteCounters>() };
    const counters = {
      activator: async () => {
        read = { stats: await stats(), straight: new Map() };
        return visited.takeOut(read.stats, Date.now());
      },
      traefik: async () => (read.straight = await straight()),
    };
    const busy = new BusyWatch(routes, direct, counters, look, (traffic, span) => {
      sleepers.observe(traffic, span.now);
      scalers.observe(traffic, span);
    });
    const traefik = () => (direct.apps().length > 0 ? direct.api : null);
    const used = (cores: Map<string, number>) => scalers.noteCores(cores);
    const metrics = new MetricsSampler({ db, fence, engine, activator: stats, traefik, used });
    return [
      every(
        busyEveryMs,
        async () => {
          await busy.sample(steadyNow());
          await rollouts.observe(read.stats, read.straight, Date.now());
        },
        (error) => this.#failed('Rates were not read', error),
      ),
      every(
        metricsEveryMs,
        () => metrics.sample(new Date()),
        (error) => this.#failed('Metrics were not taken', error),
      ),
      every(
        volumesEveryMs,
        () => measureVolumes(context),
        (error) => this.#failed('Volumes were not measured', error),
      ),
      every(
        diskEveryMs,
        () => disk.look(),
        (error) => this.#failed('The disk was not looked at', error),
      ),
    ];
  }

  #failed(what: string, error: unknown, detail: Record<string, unknown> = {}): void {
    if (error instanceof EpochLost) return this.#lost(error);
    if (error instanceof TableRefused) return void this.#refused(error);
    if (!this.#stopped) this.#options.warn(`${what}: ${messageOf(error)}`, detail);
  }

  /** The activator has a table of a later epoch: another runtime's, or of a database that was since set back. */
  async #refused(error: TableRefused): Promise<void> {
    const { db } = this.#options;
    const fence = this.#context?.fence;
    if (fence === undefined) return;
    try {
      await holdEpoch(db, fence);
      await passEpoch(db, fence, error.inForce.epoch);
      this.#lost(error);
    } catch (cause) {
      this.#failed('The edge refused a table', cause);
    }
  }

  #lost(error: Error): void {
    if (this.#stopped) return;
    void this.stop().finally(() => this.#options.onLost(error));
  }
}
