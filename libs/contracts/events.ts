import { z } from 'zod';

/** Kinds of rows in the event list (audit) and of live stream messages. `<noun>.<what happened>`. */
export const eventKinds = [
  'team.created',
  'team.updated',
  'team.quota',
  'member.added',
  'member.updated',
  'member.removed',
  'token.created',
  'token.revoked',
  'login.allowed',
  'login.refused',
  'user.created',
  'user.updated',
  'user.signed_in',
  'app.created',
  'app.updated',
  'app.deleted',
  'app.restarted',
  'app.scaled',
  'app.autoscaled',
  'app.sleep',
  'config.changed',
  'domain.added',
  'domain.removed',
  'deployment.created',
  'deployment.status',
  'release.created',
  'release.live',
  'release.collected',
  'release.split',
  'instance.status',
  'instance.committed',
  'instance.out_of_memory',
  'instance.throttled',
  'exec.started',
  'exec.ended',
  'run.started',
  'run.ended',
  'run.removed',
  'job.created',
  'job.cancelled',
  'job.succeeded',
  'job.failed',
  'job.skipped',
  'mirrors.changed',
  'webhook.created',
  'webhook.updated',
  'webhook.removed',
  'webhook.disabled',
  'drain.added',
  'drain.removed',
  'connection.changed',
  'connection.removed',
  'connection.failed',
] as const;
export const eventKind = z.enum(eventKinds);
export type EventKind = z.infer<typeof eventKind>;

/**
 * What `NOTIFY berth` carries: which rows to read again, never the rows themselves (8,000 bytes at most, lost while
 * nobody listens).
 */
export const notice = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('event'),
    app: z.string().nullable(),
    team: z.string().nullable(),
    kind: eventKind,
  }),
  z.object({ t: z.literal('log'), deployment: z.string() }),
  z.object({ t: z.literal('step'), deployment: z.string() }),
  z.object({ t: z.literal('deployment'), deployment: z.string(), app: z.string(), status: z.string() }),
  z.object({ t: z.literal('outbox') }),
  z.object({ t: z.literal('disk'), collection: z.string() }),
]);
export type Notice = z.infer<typeof notice>;
