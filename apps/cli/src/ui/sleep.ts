import type { AppView } from '#libs/contracts/api/apps.js';
import { safe } from './text.js';
import { duration } from './units.js';

/** When an app falls asleep, in words. */
export function sleepText({ enabled, freezeAfterSeconds, stopAfterSeconds }: AppView['sleep']): string {
  if (!enabled) return 'never sleeps';
  const [freeze, stop] = [freezeAfterSeconds, stopAfterSeconds].map((seconds) => duration(seconds * 1_000));
  return `frozen after ${freeze} without a request, stopped after ${stop}`;
}

/** What else is chosen of its sleep, a line each. */
export function sleepLines(sleep: AppView['sleep']): string[] {
  const { beforeFreeze, afterWake, answerPaths, answerAgents, waitingPage } = sleep;
  return [
    ...(beforeFreeze === null ? [] : [`told before it is frozen: POST ${beforeFreeze}`]),
    ...(afterWake === null ? [] : [`told when it goes on: POST ${afterWake}`]),
    ...(answerPaths.length === 0 ? [] : [`answered in its sleep: ${answerPaths.join(', ')}`]),
    ...(answerAgents.length === 0 ? [] : [`answered in its sleep: agents with ${answerAgents.join(', ')}`]),
    ...(waitingPage ? ['browsers that wait longer than 2 s see a waiting page'] : []),
  ].map((line) => safe(line));
}
