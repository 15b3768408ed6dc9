import type { ExitName } from './exit-codes.js';

/** An error for the person at the terminal: what went wrong, why, and what to do about it. */
export class Failure extends Error {
  readonly why: string | null;
  /** What to do next, each a line; commands to type are written in backquotes. */
  readonly todo: readonly string[];
  readonly exit: ExitName;
  /** Stable word for programs: the platform's own code where it gave one. */
  readonly code: string;

  constructor(
    what: string,
    more: {
      why?: string | null;
      todo?: string | readonly string[];
      exit?: ExitName;
      code?: string;
      cause?: unknown;
    } = {},
  ) {
    super(what, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Failure';
    this.why = more.why ?? null;
    this.todo = typeof more.todo === 'string' ? [more.todo] : (more.todo ?? []);
    this.exit = more.exit ?? 'failed';
    this.code = more.code ?? this.exit;
  }
}

/** A command line that cannot be understood. */
export function usage(what: string, todo: string | readonly string[] = []): Failure {
  return new Failure(what, { todo, exit: 'usage' });
}
