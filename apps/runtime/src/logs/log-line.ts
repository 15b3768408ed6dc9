import { z } from 'zod';

/** One line of an instance as it is kept on disk, one JSON document a line, and given out. */
export const instanceLogLine = z.object({
  /** RFC 3339 with nanoseconds, from the engine. */
  at: z.string(),
  instance: z.string(),
  process: z.string().nullable(),
  release: z.number().int().nullable(),
  stream: z.enum(['stdout', 'stderr']),
  text: z.string(),
  /** Printed by a one-off: what a person did there is not for everybody. */
  oneOff: z.literal(true).optional(),
});
export type InstanceLogLine = z.infer<typeof instanceLogLine>;

/** null for a line that a crash left torn. */
export function parseLogLine(text: string): InstanceLogLine | null {
  try {
    const parsed = instanceLogLine.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
