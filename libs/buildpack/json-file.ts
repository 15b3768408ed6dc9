import type { z } from 'zod';
import { BerthError, messageOf } from '#libs/core/errors.js';

/**
 * Parses a JSON file of an app against what Berth needs of it. Throws BerthError `json_invalid` with file and line, or
 * `json_unexpected` with file and field.
 */
export function parseJsonFile<T>(path: string, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field =
    issue === undefined || issue.path.length === 0 ? 'the whole file' : `"${issue.path.join('.')}"`;
  throw new BerthError(
    'json_unexpected',
    `${path}: ${field} is not as expected (${issue?.message ?? 'wrong form'}). Correct it and push again.`,
    { details: { file: path, field } },
  );
}

function parseJson(path: string, text: string): unknown {
  // npm itself accepts a byte order mark.
  const plain = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(plain);
  } catch (error) {
    const { line, column } = placeOf(error, plain);
    const what = messageOf(error).replace(/ in JSON at position.*$/, '');
    throw new BerthError(
      'json_invalid',
      `${path}, line ${line}, column ${column}: this is not valid JSON (${what}). Correct that line and push again.`,
      { details: { file: path, line, column }, cause: error },
    );
  }
}

/** V8 names a position in most messages; where the text just ends it does not. */
function placeOf(error: unknown, text: string): { line: number; column: number } {
  const position = /position (\d+)/.exec(messageOf(error))?.[1];
  const before = position === undefined ? text : text.slice(0, Number(position));
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
