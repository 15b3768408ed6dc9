import { functionServer, nodeCommand, SERVER_PATH } from './function-server.js';
import { PYTHON_SERVER_PATH, pythonCommand, pythonServer } from './python-server.js';

/** A language of functions, as far as an instance can wait for one without knowing which. */
export interface WarmKind {
  name: 'node' | 'python';
  /** Start command without the author's file. */
  command: readonly string[];
  serverPath: string;
  server: string;
}

const kinds: WarmKind[] = [
  { name: 'node', command: nodeCommand, serverPath: SERVER_PATH, server: functionServer },
  { name: 'python', command: pythonCommand, serverPath: PYTHON_SERVER_PATH, server: pythonServer },
];

/** What a waiting server is told, once, as JSON: afterwards its standard input is at its end, as any container's. */
export interface WarmOrder {
  /** The author's file, below the working folder. */
  file: string;
  env: Record<string, string>;
  /** Absolute paths; `content` in base64, `mtime` in seconds. */
  files: { path: string; mode: number; mtime: number; content: string }[];
}

/** Which function a release's start command runs; null for anything else. */
export function functionOf(web: readonly string[]): { kind: WarmKind; file: string } | null {
  const file = web.at(-1);
  const kind = kinds.find(
    ({ command }) => web.length === command.length + 1 && command.every((word, index) => web[index] === word),
  );
  return kind === undefined || file === undefined || file.startsWith('-') ? null : { kind, file };
}

/** Takes the server's text from standard input, then starts it waiting: the same file in the same place as in a function's image. */
export function waitingCommand({ command, serverPath, server }: WarmKind): string[] {
  const script = 'head -c "$1" > "$2" && shift 2 && exec "$@"';
  return ['/bin/sh', '-c', script, 'sh', String(Buffer.byteLength(server)), serverPath, ...command, '--warm'];
}

const beforeStart =
  /^(NODE_(?!ENV$)|LD_|UV_|PYTHON|MALLOC_|GLIBC_|OPENSSL_|SSL_|ICU_|LC_|LANG|TZ$|TZDIR$|HOME$|PATH$|VIRTUAL_ENV$|FORCE_COLOR$|NO_COLOR$)/;

/** Does the process of a function look at this variable when it starts, before it could be told of it? */
export function mattersAtStart(variable: string): boolean {
  return beforeStart.test(variable);
}
