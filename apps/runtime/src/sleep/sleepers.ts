import { standInMs, type RouteInstance } from '#libs/contracts/edge.js';
import { sleepOf } from '#libs/contracts/manifest.js';
import type { AwakeReason, WakeReply } from '#libs/contracts/runtime-api.js';
import type { SleepPolicy } from '#libs/contracts/sleep.js';
import { steadyNow } from '#libs/core/steady-clock.js';
import { sleepTier, type SleepTier } from '#libs/core/sleep.js';
import type { ContainerEngine } from '#libs/engine/port.js';
import type { AppState } from '#libs/store/app-states.js';
import { givesWay } from '../look/gives-way.js';
import type { InstanceInUse } from './open-connections.js';
import { protocolOf } from '../edge/route-targets.js';
import { isScaledToZero } from '#libs/contracts/wanted-processes.js';

/** A web instance of the live release that answers, or would if it were thawed. */
interface SleepingInstance extends RouteInstance {
  containerId: string;
  /** By its row; it may have been thawed since. */
  frozen: boolean;
}

/** The edge keeps idle connections for 4 s at most. */
const idleMs = 5_000;

interface Sleeper {
  teamId: string;
  name: string;
  settings: SleepPolicy;
  /** As Postgres has it, by the last change or look, and the number of that change: what was read before it is out of date. */
  tier: SleepTier;
  turn: number;
  /** Somebody came: the app is awake from then on, whatever Postgres says until it has been told. */
  woken: boolean;
  /** Nothing is under way (deployment, start, crash): only then may it fall asleep. */
  settled: boolean;
  lastActiveAt: number;
  instances: SleepingInstance[];
  /** Changes of the tier, one after the other, and how many have not ended. */
  changes: Promise<unknown>;
  changing: number;
  waking: Promise<WakeReply> | null;
  /** When it was last woken: the edge may go by that answer for a while. */
  wokenAt: number;
}

interface Change {
  from: readonly SleepTier[];
  to: SleepTier;
  /** Instances that go on already. */
  thawed?: readonly string[];
  /** Not before this. */
  after?: Promise<void>;
}

export interface SleepersOptions {
  engine: Pick<ContainerEngine, 'thaw'>;
  /** Connections that somebody has open to an instance; null when that cannot be known. */
  connections: (of: InstanceInUse) => Promise<number | null>;
  /** Tells an instance that it goes on; nobody waits for it. */
  afterWake: (appName: string, instance: RouteInstance, path: string) => void;
  /** Writes the tier, and that `thawed` instances are ready, and says which change that was; null when the app was in none of `from`. */
  move: (
    appId: string,
    from: readonly SleepTier[],
    to: SleepTier,
    thawed: readonly string[],
  ) => Promise<number | null>;
  /** Terminals that are open in an instance. */
  terminalsIn: (instanceId: string) => number;
  look: (appId: string) => void;
  /** A while, well within `standInMs` (so long the edge goes by the answer alone), after which a thaw may cost Postgres and looks. */
  afterVisitors: () => Promise<void>;
  warn: (message: string, detail?: Record<string, unknown>) => void;
}

/**
 * Which apps sleep. Postgres holds each app's tier and the look makes containers and routes match it; here it is decided
 * when an app falls asleep, and a visitor is let in before anything is written: first thaw, then tell Postgres.
 */
export class Sleepers {
  readonly #apps = new Map<string, Sleeper>();
  /** Instances that go on already though their rows say frozen. */
  readonly #waking = new Set<string>();

  constructor(private readonly options: SleepersOptions) {}

  /** Takes in what a look read, and gives it back as the look must take it: awake where somebody came meanwhile. */
  note(state: AppState, now = steadyNow()): AppState {
    const { app, live } = state;
    if (app.deletedAt !== null || live === null) {
      this.#apps.delete(app.id);
      return state;
    }
    const settings = sleepOf(live.release.manifest, app);
    const awakeWithIt = [live.id, state.split?.deployment.id];
    const web = state.instances.filter(
      (row) => awakeWithIt.includes(row.deploymentId ?? '') && row.process === 'web',
    );
    // What is to go is not woken any more.
    const rows = givesWay(state)
      ? []
      : web.filter((row) => row.status === 'ready' || row.status === 'frozen');
    const sleeper = this.#apps.get(app.id) ?? this.#begin(app, settings, now);
    const isNews = app.sleepTurn >= sleeper.turn && sleeper.changing === 0;
    const readyAt = Math.max(0, ...rows.map((row) => Math.min(now, row.readyAt?.getTime() ?? 0)));
    const wokeUp = isNews && sleeper.tier !== 'running' && app.sleepTier === 'running';
    sleeper.lastActiveAt = Math.max(sleeper.lastActiveAt, readyAt, wokeUp ? now : 0);
    if (isNews) {
      sleeper.tier = app.sleepTier;
      sleeper.turn = app.sleepTurn;
      if (app.sleepTier === 'running') sleeper.woken = false;
      else if (sleeper.woken)
        void this.#change(app.id, sleeper, { from: ['frozen', 'stopped'], to: 'running' });
    }
    sleeper.settings = settings;
    sleeper.settled =
      rows.length > 0 &&
      rows.length === web.length &&
      state.next === null &&
      state.routing.length === 0 &&
      !isScaledToZero(app.scale);
    sleeper.instances = rows.flatMap((row) =>
      row.containerId === null || row.address === null || row.port === null
        ? []
        : [
            {
              ...{ instanceId: row.id, address: row.address, port: row.port },
              ...{ containerId: row.containerId, frozen: row.status === 'frozen' },
              ...protocolOf(row),
              ...(state.split !== null && { release: row.release.number }),
            },
          ],
    );
    return this.overlay(state);
  }

  /** The state as it must be taken: what was decided since it was read counts. */
  overlay(state: AppState): AppState {
    const sleeper = this.#apps.get(state.app.id);
    if (sleeper === undefined) return state;
    return { ...state, app: { ...state.app, sleepTier: tierOf(sleeper) } };
  }

  /** Is the app to be frozen, now that its instance is about to be? A visitor may have come since that was decided. */
  mayFreeze(appId: string): boolean {
    const sleeper = this.#apps.get(appId);
    return sleeper !== undefined && tierOf(sleeper) !== 'running';
  }

  /** Might the edge still go by an answer to an earlier wake, though its table says asleep? */
  mayBeStoodInFor(appId: string, now = steadyNow()): boolean {
    return now - (this.#apps.get(appId)?.wokenAt ?? 0) < standInMs + 1_000;
  }

  /**
   * Instances that were thawed and whose rows are about to say so. Until then no look may judge by the row: one that ends in this moment
   * has crashed, and was not lost in its sleep.
   */
  waking(): ReadonlySet<string> {
    return new Set(this.#waking);
  }

  isWaking(instanceId: string): boolean {
    return this.#waking.has(instanceId);
  }

  forget(appId: string): void {
    this.#apps.delete(appId);
  }

  /**
   * Takes what came in since the last time: `requests` finished, `open` in flight. Apps that were quiet for long enough
   * fall asleep; ones that may not sleep any more wake.
   */
  observe(traffic: Map<string, { requests: number; open: number }>, now: number): void {
    for (const [appId, sleeper] of this.#apps) {
      const seen = traffic.get(appId);
      // Of a thousand apps most are stopped, and only use wakes them.
      if (seen === undefined && sleeper.settings.enabled && tierOf(sleeper) === 'stopped') continue;
      const { requests, open } = seen ?? { requests: 0, open: 0 };
      if (requests > 0 || open > 0) sleeper.lastActiveAt = now;
      const tier = tierOf(sleeper);
      const activity = { open, waiting: 0, lastActiveAt: sleeper.lastActiveAt };
      const wanted = sleepTier(sleeper.settings, activity, tier, now);
      if (wanted === tier) continue;
      if (wanted === 'running') void this.wake(appId);
      else if (tier === 'frozen') void this.#change(appId, sleeper, { from: ['frozen'], to: 'stopped' });
      else if (sleeper.settled) void this.#fallAsleep(appId, sleeper, now);
    }
  }

  /**
   * Puts an app to sleep now, however short it was quiet; gives why it stays awake, or null. Idle connections that the edge keeps
   * end by themselves and are waited for.
   */
  async sleep(appId: string, patienceMs = idleMs): Promise<AwakeReason | null> {
    const sleeper = this.#apps.get(appId);
    if (sleeper?.settings.enabled === false) return 'off';
    if (sleeper?.settled !== true) return 'unsettled';
    if (tierOf(sleeper) !== 'running') return null;
    const deadline = steadyNow() + patienceMs;
    while (steadyNow() < deadline && (await this.#use(appId, sleeper)) !== null)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const awake = await this.#fallAsleep(appId, sleeper, steadyNow());
    if (awake === null) sleeper.lastActiveAt = steadyNow() - sleeper.settings.freezeAfterSeconds * 1_000;
    return awake;
  }

  /** The same, and down to the last tier: nothing of it runs until somebody comes. */
  async stop(appId: string, patienceMs = idleMs): Promise<AwakeReason | null> {
    const sleeper = this.#apps.get(appId);
    if (sleeper === undefined) return 'unsettled';
    if (tierOf(sleeper) === 'stopped') return null;
    const awake = tierOf(sleeper) === 'running' ? await this.sleep(appId, patienceMs) : null;
    if (awake !== null) return awake;
    return (await this.#change(appId, sleeper, { from: ['frozen'], to: 'stopped' })) ? null : 'visited';
  }

  /**
   * Somebody wants the app: it is awake from here on. What is frozen goes on at once; what was stopped is started by the
   * look. However many ask at once, it is done once. Postgres is told afterwards, and need not be there.
   */
  wake(appId: string): Promise<WakeReply> {
    const sleeper = this.#apps.get(appId);
    if (sleeper === undefined) {
      this.options.look(appId);
      return Promise.resolve({ tier: 'running', instances: [] });
    }
    sleeper.waking ??= this.#wake(appId, sleeper).finally(() => (sleeper.waking = null));
    return sleeper.waking;
  }

  async #wake(appId: string, sleeper: Sleeper): Promise<WakeReply> {
    sleeper.lastActiveAt = sleeper.wokenAt = steadyNow();
    const tier = tierOf(sleeper);
    const isNoted = sleeper.tier === 'running' && sleeper.changing === 0;
    if (!isNoted) sleeper.woken = true;
    // Its start need not wait until Postgres knows why.
    if (tier === 'stopped') this.options.look(appId);
    const { instances } = sleeper;
    // What is not frozen does not mind.
    const thawed = await Promise.all(
      instances.map((instance) =>
        this.options.engine.thaw(instance.containerId).catch((error: unknown) => {
          this.options.warn(`An instance could not be thawed: ${String(error)}`, { appId });
          return false;
        }),
      ),
    );
    const awake = instances.filter((_, index) => thawed[index]);
    const wereFrozen = awake.filter(({ frozen }) => frozen).map(({ instanceId }) => instanceId);
    // After the answer is on its way: what Postgres costs is not the visitor's.
    for (const id of wereFrozen) this.#waking.add(id);
    if (!isNoted || wereFrozen.length > 0) {
      const after = tier === 'frozen' ? this.options.afterVisitors() : answerIsOnItsWay();
      const change = { from: ['frozen', 'stopped'], to: 'running', thawed: wereFrozen, after } as const;
      void this.#change(appId, sleeper, change).then(() => {
        for (const id of wereFrozen) this.#waking.delete(id);
        this.options.look(appId);
      });
    }
    const { afterWake } = sleeper.settings;
    if (tier === 'frozen' && afterWake !== null)
      for (const instance of awake) this.options.afterWake(sleeper.name, instance, afterWake);
    return { tier, instances: awake.map(routeOf) };
  }

  /** Nobody has a connection to any of its instances? Then the app is to be frozen from now on. */
  async #fallAsleep(appId: string, sleeper: Sleeper, now: number): Promise<AwakeReason | null> {
    const use = await this.#use(appId, sleeper);
    if (use !== null) {
      sleeper.lastActiveAt = Math.max(sleeper.lastActiveAt, now);
      return use;
    }
    return (await this.#change(appId, sleeper, { from: ['running'], to: 'frozen' })) ? null : 'visited';
  }

  /** What cannot be known may be in use. */
  async #use(appId: string, sleeper: Sleeper): Promise<'in_use' | 'use_unknown' | null> {
    for (const { instanceId, containerId, port } of sleeper.instances) {
      if (this.options.terminalsIn(instanceId) > 0) return 'in_use';
      const of = { appId, teamId: sleeper.teamId, instanceId, containerId, port };
      const connections = await this.options.connections(of).catch(() => null);
      if (connections !== 0) return connections === null ? 'use_unknown' : 'in_use';
    }
    return null;
  }

  #begin(app: AppState['app'], settings: SleepPolicy, now: number): Sleeper {
    const sleeper: Sleeper = {
      teamId: app.teamId,
      name: app.name,
      settings,
      tier: app.sleepTier,
      turn: app.sleepTurn,
      woken: false,
      settled: false,
      // Of an app that sleeps already only that is known: it fell asleep after so long.
      lastActiveAt:
        app.sleepTier === 'running'
          ? now
          : Math.min(now, app.sleepTierSince.getTime()) - settings.freezeAfterSeconds * 1_000,
      instances: [],
      changes: Promise.resolve(),
      changing: 0,
      waking: null,
      wokenAt: 0,
    };
    this.#apps.set(app.id, sleeper);
    return sleeper;
  }

  /** Writes a change of the tier, in its turn, and has the app looked at. False when it was not made. */
  #change(appId: string, sleeper: Sleeper, { from, to, thawed = [], after }: Change): Promise<boolean> {
    sleeper.changing += 1;
    const change = sleeper.changes.then(async () => {
      try {
        await after;
        // A visitor who came since this was decided goes first.
        if (to !== 'running' && sleeper.woken) return false;
        const turn = await this.options.move(appId, from, to, thawed);
        if (turn === null) return false;
        sleeper.tier = to;
        sleeper.turn = turn;
        if (to === 'running') sleeper.woken = false;
        return true;
      } catch (error) {
        this.options.warn(`An app's sleep could not be noted: ${String(error)}`, { appId });
        return false;
      } finally {
        sleeper.changing -= 1;
        this.options.look(appId);
      }
    });
    sleeper.changes = change;
    return change;
  }
}

function answerIsOnItsWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How deep it sleeps: not at all once somebody came, whatever Postgres says until it has been told. */
function tierOf({ woken, tier }: Sleeper): SleepTier {
  return woken ? 'running' : tier;
}

function routeOf({ containerId: _, frozen: __, ...instance }: SleepingInstance): RouteInstance {
  return instance;
}
