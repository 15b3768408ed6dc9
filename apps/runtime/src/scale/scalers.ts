import { autoscaleSettings } from '#libs/contracts/autoscale.js';
import { webScaleOf } from '#libs/contracts/manifest.js';
import {
  autoscale,
  autoscaleRules,
  initialAutoscale,
  type AutoscaleRules,
  type AutoscaleSettings,
  type AutoscaleState,
} from '#libs/core/autoscale.js';
import { addLongRequests, type LoadSample } from '#libs/core/load-window.js';
import { steadyNow } from '#libs/core/steady-clock.js';
import type { AppState } from '#libs/store/app-states.js';
import type { AppTraffic } from '../edge/app-traffic.js';

/** An app whose number of web instances load decides. */
interface Scaler {
  settings: AutoscaleSettings;
  /** The number that Postgres has, by the last look, and the one that is in force by it and the settings. */
  stored: number;
  wanted: number;
  /** Web instances of the live release that answer, or would if they were thawed. */
  ready: number;
  state: AutoscaleState;
  writing: boolean;
}

export interface ScalersOptions {
  /** Writes the number; false when another one than `from` stood there. */
  move: (appId: string, from: number, to: number) => Promise<boolean>;
  look: (appId: string) => void;
  warn: (message: string, detail?: Record<string, unknown>) => void;
  rules?: AutoscaleRules;
}

/** Processor time is read every 10 s; what is older than this says nothing. */
const coresForMs = 15_000;

/**
 * How many web instances apps have that scale with load. Postgres holds each app's number and the look makes it so; here
 * it is decided, at each reading of the edge's counters. What is known of the load is in memory alone: after a restart
 * nothing is given up until a window's worth of it is known again.
 */
export class Scalers {
  readonly #apps = new Map<string, Scaler>();
  #cores = { at: 0, byApp: new Map<string, number>() };

  constructor(private readonly options: ScalersOptions) {}

  /** Takes in what a look read. */
  note({ app, live, instances }: AppState, now = steadyNow()): void {
    const view = live === null ? null : webScaleOf(live.release.manifest, app);
    const settings = view === null || live === null ? null : autoscaleSettings(view, live.release.cpus);
    if (app.deletedAt !== null || settings === null || view === null) {
      this.#apps.delete(app.id);
      return;
    }
    const web = instances.filter((row) => row.deploymentId === live?.id && row.process === 'web');
    const ready = web.filter((row) => row.status === 'ready' || row.status === 'frozen').length;
    const known = this.#apps.get(app.id);
    this.#apps.set(app.id, {
      settings,
      stored: app.webInstances,
      wanted: view.wanted,
      ready,
      state: known?.state ?? initialAutoscale(view.wanted, now),
      writing: known?.writing ?? false,
    });
  }

  forget(appId: string): void {
    this.#apps.delete(appId);
  }

  /** Takes what the web instances of each app used lately, in cores. */
  noteCores(byApp: Map<string, number>, at = steadyNow()): void {
    this.#cores = { at, byApp };
  }

  /** Takes what came in during the last `seconds` and decides. Apps of which nothing came were idle. */
  observe(traffic: Map<string, AppTraffic>, { now, seconds }: { now: number; seconds: number }): void {
    for (const [appId, scaler] of this.#apps) {
      const came = traffic.get(appId) ?? idle;
      const load = this.#sample(appId, came, now, seconds);
      const samples = addLongRequests(scaler.state.samples, came.long, now);
      const { ready, wanted } = scaler;
      const next = autoscale(
        scaler.settings,
        { now, load, ready, wanted },
        { ...scaler.state, samples },
        this.options.rules ?? autoscaleRules,
      );
      scaler.state = next.state;
      if (next.instances !== wanted && !scaler.writing) void this.#move(appId, scaler, next.instances);
    }
  }

  #sample(appId: string, came: AppTraffic, now: number, seconds: number): LoadSample | null {
    if (came.busySeconds === null) return null;
    const cores = now - this.#cores.at <= coresForMs ? (this.#cores.byApp.get(appId) ?? 0) : null;
    // A long request that ended within this span ran in it too.
    const concurrency = came.busySeconds / seconds + came.long.count;
    return { at: now, seconds, concurrency, requestsPerSecond: came.requests / seconds, cores };
  }

  async #move(appId: string, scaler: Scaler, to: number): Promise<void> {
    scaler.writing = true;
    try {
      if (await this.options.move(appId, scaler.stored, to)) {
        const present = this.#apps.get(appId);
        if (present !== undefined) Object.assign(present, { stored: to, wanted: to });
      }
    } catch (error) {
      // It is decided anew at the next reading.
      this.options.warn(`An app's number of instances could not be noted: ${String(error)}`, { appId });
    } finally {
      scaler.writing = false;
      const present = this.#apps.get(appId);
      if (present !== undefined) present.writing = false;
      this.options.look(appId);
    }
  }
}

const idle: AppTraffic = { requests: 0, open: 0, busySeconds: 0, long: { count: 0, seconds: 0 } };
