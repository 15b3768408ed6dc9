import { z } from 'zod';
import { eventNouns } from '#libs/core/event-kinds.js';
import { eventKind } from '../events.js';
import { id, instant, pageOf, pageQuery } from './common.js';

export const eventView = z
  .object({
    /** Grows; the SSE event id. */
    id: z.string(),
    at: instant,
    kind: eventKind.meta({ id: 'EventKind' }),
    team: z.string().nullable(),
    app: z.string().nullable(),
    appId: id.nullable(),
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
export type EventView = z.infer<typeof eventView>;
export const eventPage = pageOf(eventView).meta({ id: 'EventPage' });

export const eventFilter = z.object({
  team: z.string().max(80).optional(),
  app: z.string().max(80).optional(),
  /** What they are about: the first half of their kinds, such as `member`. */
  about: z.enum(eventNouns).optional(),
});
export type EventFilter = z.infer<typeof eventFilter>;
export const eventListQuery = pageQuery.extend(eventFilter.shape);

/** Messages of GET /v1/events/stream: one event name, the kind is in the data. */
export const eventStream = { event: eventView } as const;
