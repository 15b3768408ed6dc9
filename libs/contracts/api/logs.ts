import { z } from 'zod';

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

export const appLogQuery = z.object({
  tail: z.coerce.number().int().min(1).max(2000).default(200),
  /** Only lines that contain this text, whatever its case. */
  search: z.string().max(200).optional(),
  instance: z.uuid().optional(),
});
export type AppLogQuery = z.infer<typeof appLogQuery>;

export const appLog = z.object({ lines: z.array(appLogLine) }).meta({ id: 'AppLog' });
export type AppLog = z.infer<typeof appLog>;

/** Messages of GET /v1/apps/:app/logs/stream; the event id is the line's position in time. */
export const appLogStream = { line: appLogLine } as const;
