import type { EventEmitter } from 'node:events';
import { messageOf } from '#libs/core/errors.js';

/** While Redis is away every attempt to reach it is an error, several a second: one line a minute says as much. */
const EVERY_MS = 60_000;

/** Notes that a queue cannot reach Redis. Nothing is lost meanwhile: jobs wait in the outbox. */
export function noteOutages(queues: EventEmitter[], warn: (message: string) => void, now = Date.now): void {
  let last = -Infinity;
  for (const queue of queues)
    queue.on('error', (error: unknown) => {
      if (now() - last < EVERY_MS) return;
      last = now();
      warn(`Redis does not answer (${messageOf(error)}); jobs wait in the outbox until it does.`);
    });
}
