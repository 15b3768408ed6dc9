import { BerthError, messageOf } from '#libs/core/errors.js';

/** What a reader's own error means to the sender. Errors that say so already, and the signal's reason, stay as they are. */
export function damaged(cause: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (cause instanceof BerthError) return cause;
  return new BerthError(
    'archive_damaged',
    `The archive cannot be read to its end (${messageOf(cause)}). Pack it again and send it again.`,
    { cause },
  );
}

/** Chunks of an archive's file, whose errors are said in the same way. */
export async function* readable(
  content: AsyncIterable<Buffer>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (cause) {
    throw damaged(cause, signal);
  }
}
