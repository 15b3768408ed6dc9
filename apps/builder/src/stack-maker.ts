import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';

/** Making a stack takes half a minute to a few; what takes longer than this hangs. */
const LIMIT_MS = 15 * 60_000;

/** What `infra/berth.mjs stacks NAME --json` says, one a line. */
const message = z.union([z.object({ note: z.string() }), z.object({ error: z.string() })]);

/** A deployment that waits for a stack. */
interface Waiter {
  onLine: (line: string) => void;
  settle: (error: Error | null) => void;
}

/** One making under way, with everybody who waits for it. */
interface Making {
  child: ChildProcess;
  waiters: Set<Waiter>;
}

/**
 * Makes stack images when they are first needed, by the same code that makes those of `npm start`. All deployments that need
 * the same one wait for one making; it goes on until the last of them has given up.
 */
export class StackMaker {
  private readonly makings = new Map<string, Making>();

  /**
   * @param home state directory of this copy of Berth
   * @param script the command that makes stacks; found in the checkout that this process runs from
   */
  constructor(
    private readonly home: string,
    private readonly script = findScript(import.meta.dirname),
  ) {}

  /**
   * Resolves once the stack is there. `onLine` gets what goes on meanwhile. Throws BerthError `stack_unavailable` with what could
   * not be reached and what to do, or the signal's reason.
   */
  async make(stack: string, options: { onLine: (line: string) => void; signal: AbortSignal }): Promise<void> {
    options.signal.throwIfAborted();
    const making = this.makings.get(stack) ?? this.begin(stack);
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        onLine: options.onLine,
        settle: (error) => {
          options.signal.removeEventListener('abort', leave);
          if (error === null) resolve();
          else reject(error);
        },
      };
      const leave = (): void => {
        making.waiters.delete(waiter);
        if (making.waiters.size === 0) this.giveUp(stack, making);
        reject(options.signal.reason as Error);
      };
      options.signal.addEventListener('abort', leave, { once: true });
      making.waiters.add(waiter);
    });
  }

  private begin(stack: string): Making {
    const child = spawn(process.execPath, [this.script, 'stacks', stack, '--json'], {
      env: { ...process.env, BERTH_HOME: this.home },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: LIMIT_MS,
    });
    const making: Making = { child, waiters: new Set() };
    this.makings.set(stack, making);
    let failure: string | null = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = message.safeParse(parse(line)).data;
      if (said === undefined) return;
      if ('error' in said) failure = said.error;
      else for (const { onLine } of making.waiters) onLine(said.note);
    });
    const end = (cause: Error | null): void => {
      if (this.makings.get(stack) === making) this.makings.delete(stack);
      for (const { settle } of making.waiters) settle(cause);
      making.waiters.clear();
    };
    child.once('error', (cause) => end(unavailable(stack, failure, cause)));
    child.once('close', (code) => end(code === 0 ? null : unavailable(stack, failure)));
    return making;
  }

  /** Whoever asks from now on begins anew: this one is ending. */
  private giveUp(stack: string, making: Making): void {
    this.makings.delete(stack);
    making.child.kill('SIGTERM');
  }
}

function unavailable(stack: string, said: string | null, cause?: unknown): BerthError {
  return new BerthError(
    'stack_unavailable',
    said ??
      `The stack image "${stack}" could not be made in ${LIMIT_MS / 60_000} minutes, or its making was ended. ` +
        `Run "node infra/berth.mjs stacks ${stack}" on the host to see where it stops, then try the deployment again.`,
    { cause, details: { stack } },
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** infra/berth.mjs of the checkout: above both the source and the compiled file. */
function findScript(from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const script = join(folder, 'infra', 'berth.mjs');
    if (existsSync(script)) return script;
  }
  throw new Error(`There is no infra/berth.mjs above ${from}.`);
}
