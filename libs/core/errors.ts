import type { ErrorCode } from './error-codes.js';

/**
 * An error that a user may read: `code` for programs, `message` (one or two sentences, the last says what to do
 * next) for people, `cause` for the log. Only the HTTP filter knows status codes.
 */
export class BerthError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown; details?: Record<string, unknown> },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BerthError';
    this.details = options?.details ?? {};
  }

  /** Facts for programs, safe to show: the failing file, the limit that was passed, … */
  readonly details: Record<string, unknown>;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
