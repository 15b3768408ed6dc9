import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Env } from './env.js';

/** So long after a connection to it has ended, or none could be made, the supervisor is called again. */
const againMs = 2_000;

/**
 * Has the supervisor started again when it was killed: it watches all parts, and the services that live on watch it, by a connection that ends with it. `BERTH_SUPERVISE`
 * (infra/supervise-again.mjs) does nothing while somebody starts or stops this copy, so each service may ask. What it returns ends the watch, and resolves when nothing of it is
 * under way.
 */
export function watchSupervisor(
  { BERTH_RUN_DIR, BERTH_SUPERVISE }: Pick<Env, 'BERTH_RUN_DIR' | 'BERTH_SUPERVISE'>,
  afterMs = againMs,
): () => Promise<void> {
  if (BERTH_SUPERVISE === '') return () => Promise.resolve();
  const end = new AbortController();
  const watch = async () => {
    while (!end.signal.aborted) {
      if (!(await met(join(BERTH_RUN_DIR, 'supervisor.sock'), end.signal))) await run(BERTH_SUPERVISE);
      await pause(afterMs, undefined, { ref: false, signal: end.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return async () => {
    end.abort();
    await watching;
  };
}

/** Resolves when a connection to it has ended (it hangs up on who says nothing, too); false when none could be made. */
function met(path: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    let made = false;
    connect({ path, signal })
      .once('connect', () => (made = true))
      .on('error', () => undefined)
      .once('close', () => resolve(made || signal.aborted))
      .resume()
      .unref();
  });
}

/** Resolves when it has ended, however: what it could not do is asked for again at the next look. */
function run(program: string): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}
