import type { Db } from '#libs/store/db.js';
import { claimBuild, renewLease, type Holder } from '#libs/store/deployments.js';
import { systemActor } from '#libs/store/events.js';
import type { Deployment } from '#libs/store/generated/client.js';
import type { NoticeListener } from '#libs/store/listener.js';
import type { Notice } from '#libs/contracts/events.js';
import type { BerthError } from '#libs/core/errors.js';
import { Stopped } from './stopped.js';

/** A killed builder's work is taken up after at most this long. */
export const LEASE_MS = 10_000;
const HEARTBEAT_MS = 2_500;

/**
 * A deployment that this worker holds. The signal aborts, with a Stopped as its reason, as soon as the hold is over:
 * cancelled, superseded, taken over, or not renewed in time; with a BerthError when the build may not go on.
 */
export class Claim {
  private readonly abort = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private heldUntil = Date.now() + LEASE_MS;

  private constructor(
    private readonly db: Db,
    private readonly listener: NoticeListener,
    readonly deployment: Deployment,
    readonly holder: Holder,
  ) {
    this.timer = setInterval(() => void this.beat(), HEARTBEAT_MS);
    listener.on('notice', this.onNotice);
    listener.on('resync', this.onResync);
  }

  /** null when there is nothing to hold: ended, built, or held by another. */
  static async take(db: Db, listener: NoticeListener, id: string, worker: string): Promise<Claim | null> {
    const deployment = await claimBuild(db, { id, worker, leaseMs: LEASE_MS, actor: systemActor('builder') });
    if (deployment === null) return null;
    return new Claim(db, listener, deployment, { worker, attempt: deployment.attempt });
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Ends the work from inside this process. */
  stop(reason: Stopped | BerthError): void {
    this.abort.abort(reason);
  }

  /** Ends the watch over the hold; the row is the caller's business. */
  close(): void {
    clearInterval(this.timer);
    this.listener.off('notice', this.onNotice);
    this.listener.off('resync', this.onResync);
  }

  private readonly onNotice = (notice: Notice): void => {
    if (notice.t !== 'deployment' || notice.deployment !== this.deployment.id) return;
    if (['cancelled', 'superseded', 'failed'].includes(notice.status)) this.stop(new Stopped('ended'));
  };

  private readonly onResync = (): void => void this.beat();

  private async beat(): Promise<void> {
    const until = Date.now() + LEASE_MS;
    try {
      if (await renewLease(this.db, this.deployment.id, this.holder, LEASE_MS)) this.heldUntil = until;
      else await this.stopBecause();
    } catch {
      // Postgres is away: the work goes on for as long as nobody else may take it.
      if (Date.now() > this.heldUntil) this.stop(new Stopped('lost'));
    }
  }

  private async stopBecause(): Promise<void> {
    const row = await this.db.deployment.findUnique({
      where: { id: this.deployment.id },
      select: { status: true },
    });
    this.stop(
      new Stopped(
        row === null || ['cancelled', 'superseded', 'failed'].includes(row.status) ? 'ended' : 'lost',
      ),
    );
  }
}
