import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const maxKept = 64 * 1024;

/** Programs that `run` waits for now. */
const running = new Set();

/** Ends every program that `run` waits for: the person wants to stop. Later calls of `run` are not affected. */
export function interruptRuns() {
  for (const child of running) end(child);
}

/**
 * Ends a program. What it started in turn (git's helpers) may hold its output open for long: after two seconds nobody
 * listens any more.
 */
function end(child) {
  child.kill('SIGTERM');
  setTimeout(() => {
    child.kill('SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, 2000).unref();
}

/** A command that ended badly; carries the last lines that it said. */
export class RunError extends Error {
  constructor(command, args, end, output) {
    const tail = lastLines(output, 6);
    super(`${command} ${args[0] ?? ''} ended with ${end}${tail ? `: ${tail}` : ''}`);
    this.name = 'RunError';
    this.output = output;
  }
}

/**
 * Runs a program with an argument array, never a shell. Gives its standard output; keeps at most 64 KiB of each stream.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string, timeoutMs?: number, signal?: AbortSignal,
 *   onLine?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      signal: options.signal,
    });
    running.add(child);
    const limitMs = options.timeoutMs ?? 600_000;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(child);
    }, limitMs);
    let out = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out = (out + text).slice(-maxKept);
      all = (all + text).slice(-maxKept);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      all = (all + text).slice(-maxKept);
    });
    if (options.onLine) {
      createInterface({ input: child.stdout }).on('line', options.onLine);
      createInterface({ input: child.stderr }).on('line', options.onLine);
    }
    if (options.input !== undefined) {
      child.stdin.on('error', () => {});
      child.stdin.end(options.input);
    }
    child.on('error', (error) => {
      clearTimeout(timer);
      running.delete(child);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      if (code === 0) resolve(out);
      else
        reject(
          new RunError(
            command,
            args,
            late ? `no end after ${limitMs / 1000} s` : (signal ?? `code ${code}`),
            all,
          ),
        );
    });
  });
}

/** The path of a program on PATH (or in the sbin folders, which a user's PATH may lack), or null. */
export async function which(name, env = process.env) {
  const folders = [...(env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean);
  for (const folder of folders) {
    try {
      await access(`${folder}/${name}`, constants.X_OK);
      return `${folder}/${name}`;
    } catch {
      // not here
    }
  }
  return null;
}

/** The last non-empty lines of a text, joined with ` | `. */
export function lastLines(text, count) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line, i, all) => line && line !== all[i - 1])
    .slice(-count)
    .join(' | ');
}
