import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';

/**
 * Parses a TOML file of an app against what Berth needs of it. Throws BerthError `toml_invalid` with file and line, or
 * `toml_unexpected` with file and field.
 */
export function parseTomlFile<T>(path: string, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseToml(path, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field =
    issue === undefined || issue.path.length === 0 ? 'the whole file' : `"${issue.path.join('.')}"`;
  throw new BerthError(
    'toml_unexpected',
    `${path}: ${field} is not as expected (${issue?.message ?? 'wrong form'}). Correct it and push again.`,
    { details: { file: path, field } },
  );
}

function parseToml(path: string, text: string): unknown {
  try {
    return parse(text.replace(/^\ufeff/, ''), { maxDepth: 100 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new BerthError(
      'toml_invalid',
      `${path}, line ${error.line}, column ${error.column}: this is not TOML (${what}). Correct that line and push again.`,
      { details: { file: path, line: error.line, column: error.column }, cause: error },
    );
  }
}
