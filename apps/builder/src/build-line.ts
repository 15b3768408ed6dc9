import type { Logger } from 'pino';
import { waitingText, type Hold } from '#libs/core/admission.js';
import { buildsInOrder, noteWait } from '#libs/store/build-queue.js';
import { heldByQuota } from '#libs/store/quota.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { Claim } from './claim.js';
import { workerName } from './worker-name.js';

/** So many deployments are told their place; nobody watches the hundredth move. */
const TOLD = 100;

/**
 * The line of deployments that wait for a builder, as this builder sees it. A job of the queue says only that somebody waits:
 * who is next is decided when a builder is free, fair between teams, and whether anybody is, by how the host is doing.
 */
export class BuildLine {
  /** One name per process: a restarted builder never takes its predecessor's lease for its own. */
  private readonly name = workerName();
  private taking: Promise<unknown> = Promise.resolve();
  private held = 0;

  constructor(
    private readonly db: Db,
    private readonly listener: NoticeListener,
    /** Why no further build begins now beside so many; null when one may. */
    private readonly holdNow: (running: number) => Promise<Hold | null>,
    private readonly logger: Logger,
  ) {}

  /** Claims the next deployment; null when nobody waits, or none may begin now. One at a time, so that none is begun too many. */
  take(): Promise<Claim | null> {
    const next = this.taking.then(() => this.takeNext());
    this.taking = next.catch(() => undefined);
    return next;
  }

  /** The work on a claim of `take` has ended. */
  leave(): void {
    this.held -= 1;
  }

  private async takeNext(): Promise<Claim | null> {
    const order = await buildsInOrder(this.db);
    if (order.length === 0) return null;
    const hold = await this.holdNow(this.held);
    if (hold !== null) {
      this.logger.info({ reason: hold.reason, waiting: order.length }, 'a build waits');
      return null;
    }
    for (const id of order) {
      const claim = await Claim.take(this.db, this.listener, id, this.name);
      if (claim === null) continue;
      this.held += 1;
      return claim;
    }
    return null;
  }

  /** Tells those of `told` their place in `ids` and why they wait. */
  async tell(ids: readonly string[], told: ReadonlySet<string>): Promise<void> {
    if (!ids.some((id) => told.has(id))) return;
    const holdOfHost = await this.holdNow(this.held);
    const heldTeams = await heldByQuota(this.db, ids.slice(0, TOLD));
    for (const [index, id] of ids.slice(0, TOLD).entries()) {
      if (!told.has(id)) continue;
      const place = { position: index + 1, of: ids.length };
      const ofTeam = heldTeams.get(id);
      const hold: Hold | null = ofTeam === undefined ? holdOfHost : { reason: 'quota', message: ofTeam };
      const message = waitingText(place.position, place.of, hold);
      await noteWait(this.db, id, { ...place, reason: hold?.reason ?? 'slots', message });
    }
  }
}
