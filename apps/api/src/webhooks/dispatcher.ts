import { messageOf } from '#libs/core/errors.js';
import { LevelLoop } from '#libs/core/level-loop.js';
import { webhookTimeoutMs } from '#libs/core/webhook.js';
import type { Notice } from '#libs/contracts/events.js';
import type { AddressGuard } from '#libs/outbound/address-guard.js';
import { sendRequest } from '#libs/outbound/send-request.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { signedHeaders } from '#libs/secrets/webhook-signature.js';
import type { Db } from '#libs/store/db.js';
import {
  claimDeliveries,
  endDelivery,
  fanOut,
  nextDeliveryAt,
  type DueDelivery,
} from '#libs/store/webhook-deliveries.js';
import { webhookContext } from '#libs/store/webhooks.js';
import { webhookBody } from './webhook.view.js';

/** Without anything asking for it, rows are read this often. */
const longestMs = 60_000;
/** On their way at once, and to one webhook. */
const atOnce = 16;
const atOncePerHook = 4;
/** Events come in bursts: one look for all of them. */
const settleMs = 250;

/** Brings events to webhooks, by level: rows say what is due, and a killed process loses nothing. */
export class Dispatcher {
  readonly #loop: LevelLoop;
  readonly #left = new AbortController();
  readonly #sending = new Map<string, { hook: string; done: Promise<void> }>();

  constructor(
    private readonly context: {
      db: Db;
      sealer: Sealer;
      guard: AddressGuard;
      warn: (message: string) => void;
    },
  ) {
    this.#loop = new LevelLoop(
      () => this.#look(),
      (error) => context.warn(`Webhooks were not looked at: ${messageOf(error)}`),
    );
  }

  onNotice(notice: Notice): void {
    if (notice.t === 'event') this.#loop.askIn(settleMs);
  }

  /** There is something to send. */
  ask(): void {
    this.#loop.ask();
  }

  /** What is on its way is given up, and sent again once its lease is over. */
  async stop(): Promise<void> {
    this.#left.abort();
    await this.#loop.stop();
    await Promise.all([...this.#sending.values()].map(({ done }) => done));
  }

  async #look(): Promise<number> {
    const { db } = this.context;
    const more = await fanOut(db, webhookBody);
    const room = atOnce - this.#sending.size;
    if (room > 0)
      for (const delivery of await claimDeliveries(db, new Date(), room, this.#full())) this.#send(delivery);
    if (more) return 0;
    // When there is no room, the end of a sending asks.
    if (this.#sending.size >= atOnce) return longestMs;
    const next = await nextDeliveryAt(db, this.#full());
    return next === null ? longestMs : Math.min(longestMs, next.getTime() - Date.now());
  }

  /** Webhooks that have enough on their way: a slow one holds up no other. */
  #full(): string[] {
    const counts = new Map<string, number>();
    for (const { hook } of this.#sending.values()) counts.set(hook, (counts.get(hook) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= atOncePerHook).map(([hook]) => hook);
  }

  #send(delivery: DueDelivery): void {
    const done = this.#attempt(delivery)
      .catch((error: unknown) => this.context.warn(`A delivery was not noted: ${messageOf(error)}`))
      .then(() => {
        this.#sending.delete(delivery.id);
        this.#loop.askIn(0);
      });
    this.#sending.set(delivery.id, { hook: delivery.webhookId, done });
  }

  async #attempt(delivery: DueDelivery): Promise<void> {
    const { db, sealer, guard } = this.context;
    const { webhook, body, messageId } = delivery;
    const sealed = (value: string) => sealer.open(value, webhookContext(webhook.id));
    let end: { httpStatus: number | null; reason: string | null };
    try {
      const at = Math.floor(Date.now() / 1_000);
      const { status } = await sendRequest({
        url: new URL(sealed(webhook.sealedUrl)),
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Berth-Webhook/1',
          ...signedHeaders(sealed(webhook.sealedSecret), { id: messageId, at, body }),
        },
        ...{ body, guard, timeoutMs: webhookTimeoutMs, signal: this.#left.signal },
      });
      const taken = status >= 200 && status < 300;
      end = { httpStatus: status, reason: taken ? null : `It answered with status ${status}.` };
    } catch (error) {
      end = { httpStatus: null, reason: messageOf(error).slice(0, 500) };
    }
    if (!this.#left.signal.aborted) await endDelivery(db, delivery, end, new Date());
  }
}
