import { setTimeout as delay } from 'node:timers/promises';
import type { Env } from '#libs/config/env.js';
import { freeMb } from '#libs/config/free-mb.js';
import { BerthError } from '#libs/core/errors.js';
import {
  breachText,
  BuildWatch,
  mostGrown,
  waitedMs,
  type BuildAllowance,
  type BuildBreach,
  type BuildSample,
} from '#libs/core/build-watch.js';
import { BuildCell, type BuildUsage } from '#libs/images/build-cell.js';
import { BuildCourtesy } from '#libs/images/build-courtesy.js';
import { capBuilds } from '#libs/images/build-limits.js';
import { StepMover } from '#libs/images/step-mover.js';
import { writtenBytes } from '#libs/images/written.js';
import { allowanceOf, groupLimitsOf } from './build-limits.js';

const LOOK_MS = 250;
/** Which of several builds grows shows in so long. */
const GROWTH_MS = 500;
/** The disk of a build that was ended is given back in so long. */
const RELIEF_MS = 5_000;

/** What is known of a build's use when it ends. */
export interface GuardReport {
  limits: BuildAllowance;
  /** null where the Engine is not Berth's own: then nobody counts. */
  usage: BuildUsage | null;
  /** Did the kernel refuse it memory, or forks? */
  memoryKills: number;
  refusedForks: number;
}

/** Keeps the builds of this process within their limits. One for each process. */
export class BuildGuards {
  private readonly mover: StepMover;
  private readonly courtesy: BuildCourtesy;
  private readonly running = new Set<BuildGuard>();
  private relieving: Promise<void> | null = null;

  constructor(private readonly env: Env) {
    this.mover = new StepMover(env.BERTH_CGROUP_PARENT);
    this.courtesy = new BuildCourtesy(env.BERTH_CGROUP_PARENT);
  }

  /**
   * Watches a build from now on. `owner` is what its steps carry (ownerHost). `stop` is called, once, with a BerthError that
   * says why when the build must not go on; `waited` with the time for which its commands waited for a processor. Limits of the kernel need an Engine of
   * Berth's own; the disk is watched anyway.
   */
  async watch(build: WatchedBuild): Promise<BuildGuard> {
    const limits = allowanceOf(this.env);
    let cell: BuildCell | null = null;
    let unfollow = (): void => undefined;
    if (this.env.BERTH_ENGINE_OWNED) {
      // Before each build: whoever restarted the Engine, or cleaned up cgroups, takes the caps away.
      await capBuilds(this.env.BERTH_CGROUP_PARENT, groupLimitsOf(this.env));
      cell = await BuildCell.open(this.env.BERTH_CGROUP_PARENT, build.id, limits);
      unfollow = await this.mover.follow(build.owner, cell);
      this.courtesy.start();
    }
    const guard: BuildGuard = new BuildGuard(
      this.env,
      limits,
      cell,
      build,
      () => void (this.relieving ??= this.relieve().finally(() => (this.relieving = null))),
      () => {
        this.running.delete(guard);
        if (this.running.size === 0) this.courtesy.stop();
        unfollow();
      },
    );
    this.running.add(guard);
    await guard.start();
    return guard;
  }

  /** The host is short of disk: ends one build, and lets its disk come back before another is chosen. */
  private async relieve(): Promise<void> {
    const guards = [...this.running].filter(({ ended }) => !ended);
    const written = () => Promise.all(guards.map((guard) => guard.writtenMb()));
    const before = await written();
    if (guards.length > 1) await delay(GROWTH_MS, undefined, { ref: false });
    const after = guards.length > 1 ? await written() : before;
    const shares = guards.map((guard, at) => {
      const writtenMb = after[at] ?? 0;
      return { guard, writtenMb, grownMb: writtenMb - (before[at] ?? 0), since: guard.since };
    });
    mostGrown(shares)?.guard.breach('disk_host');
    await delay(RELIEF_MS, undefined, { ref: false });
  }
}

export interface WatchedBuild {
  id: string;
  owner: string;
  stop: (why: BerthError) => void;
  waited: (ms: number) => void;
}

/** One build under watch. */
export class BuildGuard {
  readonly since = performance.now();
  /** It was told to end; its processes may still be there. */
  ended = false;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private last: { at: number; cpuSeconds: number } | null = null;

  constructor(
    private readonly env: Env,
    private readonly limits: BuildAllowance,
    private readonly cell: BuildCell | null,
    private readonly build: WatchedBuild,
    private readonly onShortHost: () => void,
    private readonly onEnd: () => void,
  ) {}

  async start(): Promise<void> {
    const watch = new BuildWatch(
      { ...this.limits, minFreeDiskMb: this.env.BERTH_MIN_FREE_DISK_MB },
      await this.sample(),
    );
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look(watch)).catch(() => undefined);
    }, LOOK_MS).unref();
  }

  /** Ends the watch and says what was used. */
  async end(): Promise<GuardReport> {
    this.leave();
    await this.looking;
    const [usage, pressure] = await Promise.all([this.cell?.usage() ?? null, this.cell?.pressure()]);
    void this.cell?.close();
    return {
      limits: this.limits,
      usage,
      memoryKills: pressure?.memoryKills ?? 0,
      refusedForks: pressure?.refusedForks ?? 0,
    };
  }

  /** Ends the build, with its reason, unless it has ended. */
  breach(breach: BuildBreach): void {
    if (this.timer === null || this.ended) return;
    this.ended = true;
    clearInterval(this.timer);
    const { code, message, hint } = breachText(breach, {
      ...this.limits,
      minFreeDiskMb: this.env.BERTH_MIN_FREE_DISK_MB,
    });
    this.build.stop(new BerthError(code, message, { details: { hint } }));
  }

  private leave(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    this.onEnd();
  }

  private async look(watch: BuildWatch): Promise<void> {
    if (this.timer === null) return;
    const breach = watch.see(await this.sample());
    await this.countWait();
    if (breach === null) return;
    if (breach === 'disk_host') this.onShortHost();
    else if (breach !== 'disk_budget' || (await this.isOverBudget())) this.breach(breach);
  }

  /** The disk is everybody's: what this build's own commands have written decides, where it is known. */
  private async isOverBudget(): Promise<boolean> {
    return this.cell === null || (await this.writtenMb()) >= this.limits.diskMb;
  }

  private async countWait(): Promise<void> {
    if (this.cell === null) return;
    const now = { at: performance.now(), cpuSeconds: await this.cell.cpuSeconds() };
    const before = this.last ?? now;
    this.last = now;
    const moment = { ms: now.at - before.at, cpuMs: (now.cpuSeconds - before.cpuSeconds) * 1000 };
    if (moment.cpuMs < moment.ms)
      this.build.waited(waitedMs({ ...moment, wanting: await this.cell.wantsCpu() }));
  }

  /** What its own commands have on the disk now. */
  async writtenMb(): Promise<number> {
    if (this.cell === null) return 0;
    return (await writtenBytes(await this.cell.group.processes())) / 1024 / 1024;
  }

  private async sample(): Promise<BuildSample> {
    const [freeDiskMb, pressure] = await Promise.all([
      freeMb(this.env.BERTH_HOME),
      this.cell?.pressure() ?? { pids: 0, refusedForks: 0, memoryKills: 0 },
    ]);
    return { at: performance.now(), freeDiskMb, ...pressure };
  }
}
