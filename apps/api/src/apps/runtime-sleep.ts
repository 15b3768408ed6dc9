import type { SleepNow } from '#libs/contracts/api/apps.js';
import { sleepReply, wakeReply, type WakeReply } from '#libs/contracts/runtime-api.js';
import { askRuntime, jsonOf, runtimeAway } from '../runtime-socket.js';

/** Looking whether anybody uses an app, and thawing it, take milliseconds. */
const patienceMs = 10_000;

/** Has this host's runtime wake an app, as a visitor would. Throws `runtime_unreachable`. */
export async function wakeApp(runDir: string, appId: string): Promise<WakeReply> {
  return wakeReply.parse(await post(runDir, '/wake', { appId }));
}

/** Has the runtime put an app to sleep, so deep; false while it is in use or changing. Throws `runtime_unreachable`. */
export async function sleepApp(runDir: string, appId: string, { tier }: SleepNow): Promise<boolean> {
  return sleepReply.parse(await post(runDir, '/sleep', { appId, tier })).asleep;
}

async function post(runDir: string, path: string, body: unknown): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await askRuntime(runDir, { method: 'POST', path, body, patienceMs, signal });
    if (answer.statusCode === 200) return await jsonOf(answer);
    answer.resume();
    throw new Error(`The runtime answered ${answer.statusCode}.`);
  } catch (cause) {
    throw runtimeAway('The runtime, which starts and stops apps, does not answer', cause);
  }
}
