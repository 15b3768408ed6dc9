/** What is known of a start that does not lead to readiness. */
export interface StartEvidence {
  process: string;
  /** PORT as the app was told. */
  port: number;
  healthPath: string | null;
  memoryMb: number;
  /** Since the process started, ms. */
  waitedMs: number;
  startTimeoutSeconds: number;
  /** null while it runs. */
  ended: { exitCode: number | null; oomKilled: boolean } | null;
  /** null where they cannot be read. */
  listening: { address: string; port: number }[] | null;
  /** For how long (ms) it has been listening on something else than PORT on all interfaces, and on nothing new. */
  wrongSinceMs: number;
  /** The last answer of the health path, e.g. "503". */
  lastHealth: string | null;
}

/** Why a start failed, in the form of a deployment's error without its step and lines. */
export interface StartFailure {
  code:
    | 'wrong_port'
    | 'loopback_only'
    | 'exited'
    | 'out_of_memory'
    | 'no_start_command'
    | 'start_timeout'
    | 'unhealthy';
  message: string;
  hint: string;
}

/** A listener on another port may be followed by the right one (a debugger, an admin port): wait this long. */
const patienceForPortMs = 10_000;
/** Listening on PORT itself but on loopback only is hardly ever a transition. */
const patienceForLoopbackMs = 3_000;

/** Names the cause as soon as it is certain enough; null: go on waiting. */
export function diagnoseStart(evidence: StartEvidence): StartFailure | null {
  if (evidence.ended !== null) return endedBecause(evidence);
  const timeoutMs = evidence.startTimeoutSeconds * 1000;
  const out = evidence.waitedMs >= timeoutMs;
  const problem = listeningProblem(evidence);
  const patience = problem?.code === 'loopback_only' ? patienceForLoopbackMs : patienceForPortMs;
  if (problem !== null && (out || evidence.wrongSinceMs >= Math.min(patience, timeoutMs / 2))) return problem;
  return out ? timedOut(evidence) : null;
}

/** Does it listen on loopback, and if so which way? */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function endedBecause(evidence: StartEvidence): StartFailure {
  const exitCode = evidence.ended?.exitCode ?? null;
  if (evidence.ended?.oomKilled) {
    return {
      code: 'out_of_memory',
      message: `The app used more than its ${evidence.memoryMb} MiB of memory and was ended.`,
      hint: 'Give it more memory, or let it use less: many runtimes take a limit of their own.',
    };
  }
  if (exitCode === 127 || exitCode === 126) {
    return {
      code: 'no_start_command',
      message:
        exitCode === 127
          ? 'The start command was not found in the image (exit code 127).'
          : 'The start command is not executable (exit code 126).',
      hint: `Check the command of the process "${evidence.process}": its program must be in the image and executable. A Procfile line "${evidence.process}: <command>" sets it.`,
    };
  }
  if (exitCode === 0) {
    return {
      code: 'exited',
      message: 'The app ended by itself (exit code 0) before it answered.',
      hint: 'The start command must keep running: start the server in the foreground, not in the background.',
    };
  }
  return {
    code: 'exited',
    message: `The app ended with exit code ${exitCode ?? 'unknown'}${signalName(exitCode)} before it answered.`,
    hint: 'Its last lines usually say why. Missing config variables and failing connections are the usual causes.',
  };
}

/** Root wants to be somebody else, or to give files to somebody else. */
const WANTS_CAPABILITIES =
  /\b(?:l?chown|set(?:res|e)?[ug]ids?|initgroups|setgroups)\b[^\n]*(?:operation not permitted|EPERM)|(?:gosu|su-exec|setpriv)\b[^\n]*operation not permitted/i;

/** What the last lines of an app that ended say of what to do, where they say it for certain; null otherwise. */
export function hintInLines(lines: readonly string[]): string | null {
  if (!lines.some((line) => WANTS_CAPABILITIES.test(line))) return null;
  return (
    'It begins as root and wants to become another user, or to give files to one. Apps have none of root’s capabilities here, so it has to begin as the user that it is to be: ' +
    'write USER in the Dockerfile, or build on an image made for that, such as nginxinc/nginx-unprivileged in place of nginx.'
  );
}

function listeningProblem({ listening, port, process }: StartEvidence): StartFailure | null {
  if (listening === null || listening.length === 0) return null;
  const right = listening.filter((socket) => socket.port === port);
  if (right.some((socket) => !isLoopback(socket.address))) return null;
  if (right.length > 0) {
    return {
      code: 'loopback_only',
      message: `The app listens on ${right[0]?.address}:${port} only, where nobody outside its container can reach it.`,
      hint: `Listen on all interfaces: 0.0.0.0 (or ::), port $PORT.`,
    };
  }
  const [other] = listening.filter((socket) => !isLoopback(socket.address));
  const wrong = other ?? listening[0];
  return {
    code: 'wrong_port',
    message: `The app listens on port ${wrong?.port}, but it was told to listen on PORT=${port}.`,
    hint: `Let the ${process} process read the port from the environment variable PORT (now ${port}).`,
  };
}

function timedOut(evidence: StartEvidence): StartFailure {
  const seconds = evidence.startTimeoutSeconds;
  if (evidence.healthPath !== null && evidence.lastHealth !== null) {
    return {
      code: 'unhealthy',
      message: `${evidence.healthPath} answered ${evidence.lastHealth} and not 2xx or 3xx within ${seconds} s.`,
      hint: 'Let the health path answer 200 once the app can serve, or choose another path.',
    };
  }
  return {
    code: 'start_timeout',
    message: `The app runs but did not listen on port ${evidence.port} within ${seconds} s.`,
    hint: 'Listen on 0.0.0.0:$PORT as early as possible; an app that needs longer can be given a longer start time.',
  };
}

/** `137` is 128 + SIGKILL; worth saying, since people search for the signal. */
function signalName(exitCode: number | null): string {
  const names: Record<number, string> = {
    134: 'SIGABRT',
    136: 'SIGFPE',
    137: 'SIGKILL',
    139: 'SIGSEGV',
    143: 'SIGTERM',
  };
  const name = exitCode === null ? undefined : names[exitCode];
  return name === undefined ? '' : ` (${name})`;
}
