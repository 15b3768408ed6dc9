import { z } from 'zod';
import { logLevels } from '#libs/core/log-level.js';
import { instant } from '#libs/contracts/api/common.js';

/** One line that an app printed. */
export const appLogLine = z
  .object({
    /** RFC 3339 with nanoseconds. */
    at: z.string(),
    instance: z.string(),
    process: z.string().nullable(),
    release: z.int().nullable(),
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
  })
  .meta({ id: 'AppLogLine' });
export type AppLogLine = z.infer<typeof appLogLine>;

/** Which lines of a log are wanted. */
export const appLogFilter = z.object({
  /** Only lines that contain this text, whatever its case. */
  search: z.string().max(200).optional(),
  instance: z.uuid().optional(),
  /** Only lines of this process type: `web`, `worker`, `release`, `job`, `cron`, `run`. */
  process: z.string().max(31).optional(),
  /** Only lines at least so serious, as far as their text tells; lines that do not say count as `info`. */
  level: z.enum(logLevels).optional(),
  /** Only lines printed since then, and before then. */
  since: instant.optional(),
  until: instant.optional(),
});
export type AppLogFilter = z.infer<typeof appLogFilter>;

export const appLogQuery = appLogFilter.extend({
  tail: z.coerce.number().int().min(1).max(2000).default(200),
});
export type AppLogQuery = z.infer<typeof appLogQuery>;

export const appLog = z.object({ lines: z.array(appLogLine) }).meta({ id: 'AppLog' });
export type AppLog = z.infer<typeof appLog>;

/** Messages of GET /v1/apps/:app/logs/stream; the event id is the line's position in time. */
export const appLogStream = { line: appLogLine } as const;
