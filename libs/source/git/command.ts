import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { BerthError } from '#libs/core/errors.js';

/** A git process with all three pipes. */
export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface GitOptions {
  /** The bare repository. */
  gitDir: string;
  /** Settings for this call, on top of `baseSettings`. */
  settings?: Record<string, string>;
  /** Environment for this call, e.g. GIT_PROTOCOL. */
  env?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Settings of every git that Berth runs, given with the command rather than kept in the repository, so that old
 * repositories follow and no file of a repository decides. No hooks, no helpers, no automatic collection.
 */
const baseSettings: Record<string, string> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.attributesFile': '/dev/null',
  // Larger blobs are streamed by git instead of held in memory.
  'core.bigFileThreshold': '4m',
  'core.deltaBaseCacheLimit': '32m',
  'pack.threads': '1',
  'pack.windowMemory': '64m',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'protocol.allow': 'never',
};

/**
 * Environment of every git: nothing of Berth's own (its secrets are no business of a child), nothing of the machine's git
 * configuration, no prompt, no transport.
 */
function gitEnv(options: GitOptions): NodeJS.ProcessEnv {
  const settings = Object.entries({
    ...baseSettings,
    'safe.directory': options.gitDir,
    ...options.settings,
  });
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_DIR: options.gitDir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: '',
    // A few bytes of a delta may stand for as many as it likes, which git would ask for at once.
    GIT_ALLOC_LIMIT: '512m',
    GIT_CONFIG_COUNT: String(settings.length),
    ...options.env,
  };
  settings.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return env;
}

/**
 * Starts git in a process group of its own, so that `stopGit` ends its children too. Aborting the signal stops it.
 * Arguments are an array; the caller has checked every name, ref and id in it.
 */
export function spawnGit(args: string[], options: GitOptions): GitProcess {
  const child = spawn('git', args, {
    env: gitEnv(options),
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // A git that ends early closes its input; what was written to it is lost, which its exit code tells already.
  child.stdin.on('error', () => undefined);
  const stop = () => stopGit(child);
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  child.once('close', () => options.signal?.removeEventListener('abort', stop));
  return child;
}

const GRACE_MS = 2_000;

/** Ends a git and whatever it started: asked first, so that it takes away its temporary files; killed if it does not listen. */
export function stopGit(child: GitProcess): void {
  if (!signalGroup(child, 'SIGTERM')) return;
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  child.once('close', () => clearTimeout(kill));
}

/** False when it has ended already. */
function signalGroup(child: GitProcess, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
  return true;
}

/** Waits for the end. Resolves with the exit code (null: killed); rejects when git could not be started. */
export function exitOf(child: GitProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new BerthError('git_missing', 'git could not be started; is it installed?', { cause })),
    );
    child.once('close', (code) => resolve(code));
  });
}

/**
 * Everything a stream gives, as long as it stays below `limit` bytes. What comes then is dropped, or the stream is closed, which
 * ends whoever writes to it: a few objects of git can list for days.
 */
export async function collect(
  stream: Readable,
  limit: number,
  then: 'drop' | 'close',
): Promise<{ bytes: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let cut = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const room = limit - length;
    if (chunk.length > room) cut = true;
    if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    length += Math.min(room, chunk.length);
    if (cut && then === 'close') break;
  }
  return { bytes: Buffer.concat(chunks), cut };
}

const OUTPUT_LIMIT = 1024 * 1024;
const TIMEOUT_MS = 60_000;

/**
 * Runs git to its end and gives its output. Throws `git_failed` with git's own words when it exits with anything but an
 * accepted code, takes longer than `timeoutMs`, or prints more than `maxOutput` bytes.
 */
export async function runGit(
  args: string[],
  options: GitOptions & { input?: string; accept?: number[]; timeoutMs?: number; maxOutput?: number },
): Promise<{ stdout: Buffer; code: number }> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const child = spawnGit(args, { ...options, signal });
  child.stdin.end(options.input ?? '');
  const [code, stdout, stderr] = await Promise.all([
    exitOf(child),
    collect(child.stdout, options.maxOutput ?? OUTPUT_LIMIT, 'close'),
    collect(child.stderr, 16 * 1024, 'drop'),
  ]);
  options.signal?.throwIfAborted();
  if (code !== null && !stdout.cut && (code === 0 || options.accept?.includes(code)))
    return { stdout: stdout.bytes, code };
  const why = timeout.aborted
    ? 'it took too long'
    : stdout.cut
      ? 'it printed too much'
      : stderr.bytes.toString().trim() || `exit code ${code}`;
  throw new BerthError('git_failed', `git ${args[0]} failed: ${why}`);
}
