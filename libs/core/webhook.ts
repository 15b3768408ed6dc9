import { eventKinds, type EventKind } from './event-kinds.js';

/** What is told unless somebody chooses. */
export const usualKinds = [
  'app.created',
  'app.deleted',
  'deployment.created',
  'deployment.status',
  'release.live',
  'job.failed',
] as const satisfies readonly EventKind[];

/** Kinds of events that never reach a webhook, or only one of the whole team. */
const nobodys = /^(user|mirrors|collection)\./;
const teams = /^(team|member|token|login)\./;

/** What a webhook of a team, or of an app, can hear of. */
export function kindsFor(of: 'team' | 'app'): EventKind[] {
  return eventKinds.filter((kind) => !nobodys.test(kind) && (of === 'team' || !teams.test(kind)));
}

/** Pauses between attempts, ms: nine attempts within about 21 hours. */
const pausesMs = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000];

/** An attempt takes at most so long. */
export const webhookTimeoutMs = 15_000;
/** Of a team, those of its apps included. */
export const webhooksPerTeam = 50;
/** More deliveries than this waiting at one webhook: it is switched off. */
export const waitingPerWebhook = 1_000;
/** Deliveries are kept so long, as history and to be sent again. */
export const keepDeliveriesMs = 14 * 24 * 3600_000;

/** When a delivery is tried again after attempt number `attempt` (from 1) has failed; null: no more. */
export function nextAttemptAt(attempt: number, now: Date): Date | null {
  const pause = pausesMs[attempt - 1];
  return pause === undefined ? null : new Date(now.getTime() + pause);
}
