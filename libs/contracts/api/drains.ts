import { z } from 'zod';
import { id, instant } from './common.js';

export const newDrain = z
  .object({
    url: z
      .url({
        protocol: /^(https?|syslog|syslog\+tls)$/,
        error: 'Write an address that begins with https://, http://, syslog:// (TCP) or syslog+tls://.',
      })
      .max(2000),
  })
  .meta({ id: 'NewDrain' });
export type NewDrain = z.infer<typeof newDrain>;

export const drainView = z
  .object({
    id,
    /** Without user, password and query, which may be secret. */
    url: z.string(),
    /** Lines that were sent, and that were dropped because it was slow or away. */
    sent: z.int(),
    dropped: z.int(),
    lastAt: instant.nullable(),
    /** Why the newest attempt did not succeed; null: it did. */
    reason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Drain' });
export type DrainView = z.infer<typeof drainView>;
export const drainList = z.object({ items: z.array(drainView), next: z.null() }).meta({ id: 'DrainList' });
export type DrainList = z.infer<typeof drainList>;
