import { z } from 'zod';
import { eventKinds } from '#libs/core/event-kinds.js';

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
