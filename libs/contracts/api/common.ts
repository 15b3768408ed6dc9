import { z } from 'zod';
import { nameProblem } from '#libs/core/names.js';

/** When something happened: ISO 8601 in UTC. */
export const instant = z.iso.datetime();
/** Names a state that a change may be based on. */
export const revision = z.string().max(40);
export const id = z.uuid();

/** Name of an app or team: the rule and its sentences are libs/core/names.ts. */
export const nameField = z.string().superRefine((name, context) => {
  const problem = nameProblem(name);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

/** `?limit=&cursor=` of every list. The cursor is opaque: pass back what `next` held. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(30),
  cursor: z.string().max(500).optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** A list's answer: `next` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** RFC 9457 problem details: the body of every answer with a status of 400 or more (`application/problem+json`). */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** One or two sentences; the last says what to do next. */
    detail: z.string(),
    /** Stable, for programs. */
    code: z.string(),
    /** Wrong fields of the request: RFC 6901 pointer into the body, or name of the query parameter. */
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    /** Facts for programs: a limit that was passed, a status that stood in the way. */
    details: z.record(z.string(), z.unknown()).optional(),
    /** Set when the fault is Berth's: names the entry in the log. */
    errorId: z.string().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
