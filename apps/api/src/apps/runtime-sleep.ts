import type { SleepNow } from '#libs/contracts/api/apps.js';
import { sleepReply, wakeReply, type AwakeReason, type WakeReply } from '#libs/contracts/runtime-api.js';
import { BerthError } from '#libs/core/errors.js';
import { askRuntime, jsonOf, runtimeAway } from '../runtime-socket.js';

/** Looking whether anybody uses an app, and thawing it, take milliseconds. */
const patienceMs = 10_000;

/** Has this host's runtime wake an app, as a visitor would. Throws `runtime_unreachable`. */
export async function wakeApp(runDir: string, appId: string): Promise<WakeReply> {
  return wakeReply.parse(await post(runDir, '/wake', { appId }));
}

const awakeBecause: Record<AwakeReason, string> = {
  off: 'it is not to sleep at all ([sleep] enabled, or [scale] min). Change that first',
  unsettled: 'it is being deployed, starts, fails, or runs no instances. Try again when it is live',
  in_use: 'a connection to it, or a terminal in it, is open. Try again when it is idle',
  use_unknown: 'whether somebody uses it cannot be seen at the moment. Try again',
  visited: 'somebody came just now. Try again when it is idle',
};

/** Has the runtime put an app to sleep, so deep. Throws `app_in_use` with why it stays awake, and `runtime_unreachable`. */
export async function sleepApp(runDir: string, appId: string, { tier }: SleepNow): Promise<void> {
  const { awake } = sleepReply.parse(await post(runDir, '/sleep', { appId, tier }));
  if (awake !== null) throw new BerthError('app_in_use', `The app cannot sleep now: ${awakeBecause[awake]}.`);
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
