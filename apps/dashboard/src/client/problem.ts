import type { Problem } from '#libs/contracts/api/common.js';

/**
 * What went wrong with a request: the server's problem details, or one of ours. `code` `unreachable` means that no answer
 * came; `status` is 0 then.
 */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** Wrong fields: last part of the pointer to the server's sentence. */
  readonly fields: Record<string, string>;
  /** Names the entry in the server's log, when the fault is Berth's. */
  readonly errorId: string | null;

  constructor(problem: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Problem>, cause?: unknown) {
    super(problem.detail, { cause });
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.errorId = problem.errorId ?? null;
    this.fields = Object.fromEntries(
      (problem.errors ?? []).map(({ pointer, detail }) => [pointer.split('/').at(-1) ?? pointer, detail]),
    );
  }

  get unreachable(): boolean {
    return this.code === 'unreachable';
  }
}

/** No answer came: the network is gone or the platform is down. */
export function unreachable(cause?: unknown): ApiProblem {
  return new ApiProblem({ status: 0, code: 'unreachable', detail: 'Berth does not answer.' }, cause);
}

/** The problem in an answer with a status of 400 or more; made up from the status when the body says nothing. */
export function problemOf(status: number, body: string): ApiProblem {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isProblem(parsed)) return new ApiProblem({ ...parsed, status });
  } catch {
    // Not JSON: a proxy's page, say.
  }
  if (status === 502 || status === 503 || status === 504) return unreachable();
  return new ApiProblem({ status, code: `http_${status}`, detail: `Berth answered with status ${status}.` });
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}
