import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Env } from './env.js';

/** How soon a dead supervisor is noticed; a look is one connect to a unix socket. */
const lookEveryMs = 2_000;

/**
 * Has the supervisor started again when it was killed: it watches all parts, and the services that live on watch it. `BERTH_SUPERVISE`
 * (infra/supervise-again.mjs) does nothing while somebody starts or stops this copy, so each service may ask. What it returns ends the watch, and resolves when nothing of it is
 * under way.
 */
export function watchSupervisor(
  { BERTH_RUN_DIR, BERTH_SUPERVISE }: Pick<Env, 'BERTH_RUN_DIR' | 'BERTH_SUPERVISE'>,
  everyMs = lookEveryMs,
): () => Promise<void> {
  if (BERTH_SUPERVISE === '') return () => Promise.resolve();
  const socket = join(BERTH_RUN_DIR, 'supervisor.sock');
  let looking: Promise<void> | null = null;
  const look = async () => {
    if (!(await answers(socket))) await run(BERTH_SUPERVISE);
  };
  const timer = setInterval(() => void (looking ??= look().finally(() => (looking = null))), everyMs).unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = connect(socket);
    call.once('connect', () => {
      call.destroy();
      resolve(true);
    });
    call.once('error', () => resolve(false));
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
