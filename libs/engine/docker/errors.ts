import { EngineError } from '../port.js';

interface DockerodeError {
  statusCode?: number;
  code?: string;
  message?: string;
  json?: unknown;
}

/** The Engine's own sentence, without dockerode's wrapping. */
function engineMessage(error: DockerodeError): string {
  if (typeof error.json === 'object' && error.json !== null && 'message' in error.json) {
    return String(error.json.message);
  }
  return error.message ?? 'unknown error';
}

/** HTTP status of an Engine answer, null when there was no answer. */
export function statusOf(error: unknown): number | null {
  return (error as DockerodeError).statusCode ?? null;
}

/** Says in the port's words what went wrong while Berth tried to `doing` (e.g. "start the container"). */
export function toEngineError(error: unknown, doing: string): EngineError {
  if (error instanceof EngineError) return error;
  const raw = error as DockerodeError;
  const said = engineMessage(raw);
  const code = codeFor(raw, said);
  return new EngineError(code, sentence(code, doing, said), { cause: error });
}

function codeFor(error: DockerodeError, said: string): EngineError['code'] {
  if (
    error.statusCode === undefined &&
    /ECONN|ENOENT|EPIPE|EACCES|ETIMEDOUT|EHOSTUNREACH|socket hang up/.test(`${error.code} ${said}`)
  ) {
    return 'unreachable';
  }
  if (
    /no command specified|executable file not found|no such file or directory|permission denied: unknown|is a directory: unknown|exec format error/i.test(
      said,
    ) &&
    /OCI runtime|no command|exec|starting container process/i.test(said)
  ) {
    return 'no_such_command';
  }
  if (/address already in use|already allocated|pool overlaps|no available IPv4/i.test(said))
    return 'address_in_use';
  if (
    /no such image|manifest unknown|not found: manifest|pull access denied|repository does not exist|name unknown/i.test(
      said,
    )
  ) {
    return 'image_missing';
  }
  if (/dial tcp|connection refused|i\/o timeout|no such host|TLS handshake|EOF$/i.test(said))
    return 'registry_unreachable';
  if (/invalid reference format|no matching manifest|unsupported media type|invalid image/i.test(said))
    return 'image_invalid';
  if (error.statusCode === 409) return 'conflict';
  return 'engine_failed';
}

function sentence(code: EngineError['code'], doing: string, said: string): string {
  switch (code) {
    case 'unreachable':
      return `The container engine did not answer when asked to ${doing} (${said}). Is it running?`;
    case 'no_such_command':
      return `The start command does not exist in the image: ${shortOci(said)}.`;
    case 'registry_unreachable':
      return `The registry did not answer when the engine tried to ${doing} (${said}).`;
    case 'image_missing':
      return `The image is not there: ${said}.`;
    default:
      return `The container engine could not ${doing}: ${shortOci(said)}.`;
  }
}

/** runc's nested message down to its last part: `exec: "nope": executable file not found in $PATH`. */
function shortOci(said: string): string {
  const trimmed = said.replace(/: unknown$/, '').replace(/\.$/, '');
  const at = trimmed.lastIndexOf('exec: ');
  return at >= 0 ? trimmed.slice(at) : trimmed;
}
