import { messageOf } from '#libs/core/errors.js';
import { LevelLoop } from '#libs/core/level-loop.js';
import type { Notice } from '#libs/contracts/events.js';
import { AddressGuard } from '#libs/outbound/address-guard.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import { noteDrain, openDrains } from '#libs/store/drains.js';
import type { LogKeeper } from '../logs/log-keeper.js';
import { DrainSender } from './drain-sender.js';
import { targetOf } from './target.js';

const everyMs = 15_000;

interface Filled {
  sender: DrainSender;
  stopListening: () => void;
}

/** Fills the drains that rows name with what their apps print, by level. */
export class DrainDesk {
  readonly #filled = new Map<string, Filled>();
  readonly #guard: AddressGuard;
  readonly #loop: LevelLoop;

  constructor(
    private readonly context: {
      db: Db;
      sealer: Sealer;
      logs: Pick<LogKeeper, 'listen'>;
      allowed: readonly string[];
      warn: (message: string) => void;
    },
  ) {
    this.#guard = new AddressGuard(context.allowed);
    this.#loop = new LevelLoop(
      () => this.#look(),
      (error) => context.warn(`Drains were not looked at: ${messageOf(error)}`),
    );
  }

  onNotice(notice: Notice): void {
    if (notice.t === 'event' && ['drain.added', 'drain.removed', 'app.deleted'].includes(notice.kind))
      this.ask();
  }

  ask(): void {
    this.#loop.ask();
  }

  /** What still waits is lost: it is in the app's log. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    for (const id of this.#filled.keys()) this.#close(id);
  }

  async #look(): Promise<number> {
    const { db, sealer, logs } = this.context;
    const drains = await openDrains(db, sealer);
    const wanted = new Set(drains.map(({ id }) => id));
    for (const id of this.#filled.keys()) if (!wanted.has(id)) this.#close(id);
    for (const drain of drains) {
      if (this.#filled.has(drain.id)) continue;
      const sender = new DrainSender(targetOf(drain, this.#guard));
      const stopListening = logs.listen(drain.appId, (lines) => sender.add(lines));
      this.#filled.set(drain.id, { sender, stopListening });
    }
    for (const [id, { sender }] of this.#filled) {
      const counts = sender.takeCounts();
      if (counts !== null) await noteDrain(db, id, counts);
    }
    return everyMs;
  }

  #close(id: string): void {
    const filled = this.#filled.get(id);
    this.#filled.delete(id);
    filled?.stopListening();
    filled?.sender.stop();
  }
}
