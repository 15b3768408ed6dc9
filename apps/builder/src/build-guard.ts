import { statfs } from 'node:fs/promises';
import type { Env } from '#libs/config/env.js';
import { BerthError } from '#libs/core/errors.js';
import {
  breachText,
  BuildWatch,
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
/** When others build too, whose commands wrote at least so much answers for the disk. */
const OWN_SHARE_MB = 128;

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

  constructor(private readonly env: Env) {
    this.mover = new StepMover(env.BERTH_CGROUP_PARENT);
    this.courtesy = new BuildCourtesy(env.BERTH_CGROUP_PARENT);
  }

  /**
   * Watches a build from now on. `owner` is what its steps carry (ownerHost). `stop` is called, once, with a BerthError that
   * says why when the build must not go on. Limits of the kernel need an Engine of Berth's own; the disk is watched anyway.
   */
  async watch(build: { id: string; owner: string; stop: (why: BerthError) => void }): Promise<BuildGuard> {
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
      build.stop,
      () => [...this.running].filter((other) => other !== guard),
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
}

/** One build under watch. */
export class BuildGuard {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly env: Env,
    private readonly limits: BuildAllowance,
    private readonly cell: BuildCell | null,
    private readonly stop: (why: BerthError) => void,
    private readonly others: () => BuildGuard[],
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

  private leave(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    this.onEnd();
  }

  private async look(watch: BuildWatch): Promise<void> {
    if (this.timer === null) return;
    const breach = watch.see(await this.sample());
    if (breach === null || !(await this.isOwn(breach))) return;
    clearInterval(this.timer);
    const { code, message, hint } = breachText(breach, {
      ...this.limits,
      minFreeDiskMb: this.env.BERTH_MIN_FREE_DISK_MB,
    });
    this.stop(new BerthError(code, message, { details: { hint } }));
  }

  /**
   * The disk is everybody's: what this build's own commands have written decides. A host that is short stops those that wrote much; where none did, it is
   * the Engine's work for them that fills it (copies of the source, base images), and all end, since apps need the disk more.
   */
  private async isOwn(breach: BuildBreach): Promise<boolean> {
    if (breach === 'memory' || breach === 'pids' || this.cell === null) return true;
    const [mine, ...others] = await Promise.all([this, ...this.others()].map((each) => each.writtenMb()));
    if (breach === 'disk_budget') return (mine ?? 0) >= this.limits.diskMb;
    return (mine ?? 0) >= OWN_SHARE_MB || others.every((mb) => mb < OWN_SHARE_MB);
  }

  private async writtenMb(): Promise<number> {
    if (this.cell === null) return 0;
    return (await writtenBytes(await this.cell.group.processes())) / 1024 / 1024;
  }

  private async sample(): Promise<BuildSample> {
    const [{ bavail, bsize }, pressure] = await Promise.all([
      statfs(this.env.BERTH_HOME),
      this.cell?.pressure() ?? { pids: 0, refusedForks: 0, memoryKills: 0 },
    ]);
    return { at: performance.now(), freeDiskMb: Math.floor((bavail * bsize) / 1024 / 1024), ...pressure };
  }
}
