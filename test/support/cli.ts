import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { shellQuote } from '#apps/cli/src/env-file/parse.js';
import type { Files } from './apps.js';

const root = new URL('../..', import.meta.url).pathname;
/** The very file that people run. */
export const binary = join(root, 'dist/cli/berth.cjs');
/** It runs on the oldest Node that it promises: whatever these tests show, they show there. */
export const oldestNode = process.env.BERTH_OLDEST_NODE ?? process.execPath;
const PATIENCE_MS = 90_000;

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string | Buffer;
  /** Told what came so far; `true` sends Ctrl-C. */
  interruptWhen?: (output: string) => boolean;
}

/** A person: a home of their own, where a login and nothing else is kept. */
export class Person {
  private constructor(readonly home: string) {}

  static async create(): Promise<Person> {
    return new Person(await mkdtemp(join(tmpdir(), 'berth-cli-')));
  }

  /** A folder with files in it. */
  async folder(name: string, files: Files): Promise<string> {
    const folder = join(this.home, name);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true, force: true });
  }

  /** What the person's shell knows; nothing of the test's own platform settings. */
  env(more: Record<string, string> = {}): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, '.config'),
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      ...more,
    };
  }

  /** The command in a pipe, as scripts run it. */
  berth(args: string[], options: RunOptions = {}): Promise<CliResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(oldestNode, [binary, ...args], {
        cwd: options.cwd ?? this.home,
        env: this.env(options.env),
        timeout: PATIENCE_MS,
      });
      let stdout = '';
      let stderr = '';
      let interrupted = false;
      const look = (): void => {
        // Once: at the second Ctrl-C it says nothing more.
        if (!interrupted && options.interruptWhen?.(stdout + stderr)) interrupted = child.kill('SIGINT');
      };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        look();
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        look();
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.input);
    });
  }

  /**
   * The command in a real pseudo-terminal (util-linux `script`, which every Debian has), typing each answer once its question
   * stands there.
   *
   * @returns everything that the terminal was sent
   */
  terminal(
    args: string[],
    options: {
      cwd?: string;
      env?: Record<string, string>;
      columns?: number;
      answers?: [question: RegExp, answer: string][];
      /** Told what the screen shows, until it says true. */
      onScreen?: (screen: string) => boolean;
    } = {},
  ): Promise<{ code: number; screen: string }> {
    const words = [oldestNode, binary, ...args].map(shellQuote).join(' ');
    const line = `stty cols ${options.columns ?? 100} rows 40; exec ${words}`;
    return new Promise((resolve, reject) => {
      const child = spawn('script', ['-qefc', line, '/dev/null'], {
        cwd: options.cwd ?? this.home,
        env: { ...this.env(options.env), SHELL: '/bin/sh' },
        timeout: PATIENCE_MS,
      });
      const answers = [...(options.answers ?? [])];
      let screen = '';
      let unanswered = '';
      let seen = options.onScreen === undefined;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
        unanswered += text;
        if (!seen) seen = options.onScreen?.(screen) ?? true;
        const [next] = answers;
        if (!next?.[0].test(unanswered)) return;
        answers.shift();
        unanswered = '';
        child.stdin.write(next[1]);
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, screen }));
      child.stdin.on('error', () => undefined);
    });
  }
}
