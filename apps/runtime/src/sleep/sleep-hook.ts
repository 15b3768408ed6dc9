import { request } from 'node:http';

/** An app has so long to let its connections go, or to look after them; then it is frozen, or goes on, all the same. */
const hookMs = 5_000;

/**
 * Tells an instance, by `POST path` on a connection of its own, that it is about to be frozen or goes on again. Resolves when it has answered
 * or its time is over; what it answers, and whether, changes nothing.
 */
export function callSleepHook(of: {
  address: string;
  port: number;
  path: string;
  host: string;
}): Promise<void> {
  return new Promise((resolve) => {
    const call = request({
      ...{ host: of.address, port: of.port, path: of.path, method: 'POST', agent: false },
      headers: { host: of.host, 'user-agent': 'berth-sleep', 'content-length': '0', connection: 'close' },
      signal: AbortSignal.timeout(hookMs),
    });
    call.once('response', (response) => {
      response.resume();
      response.once('error', () => undefined);
    });
    call.once('error', () => undefined);
    call.once('close', () => resolve());
    call.end();
  });
}
