import { request } from 'node:http';
import { join } from 'node:path';
import type { Env } from '#libs/config/env.js';
import { BerthError } from '#libs/core/errors.js';

/**
 * BuildKit's scheduler can lock itself up when builds that share steps are cancelled (seen on Engine 20.10: every later build
 * waits for ever on one mutex). Only a new daemon helps. Where the daemon is Berth's own, the supervisor starts another;
 * running containers live on (`live-restore`). An Engine of somebody else's is left alone.
 */
export async function replaceStuckEngine(env: Env, error: unknown): Promise<void> {
  if (!(error instanceof BerthError) || error.code !== 'engine_stuck' || !env.BERTH_ENGINE_OWNED) return;
  await askSupervisor(join(env.BERTH_RUN_DIR, 'supervisor.sock'), '/restart?names=docker').catch(
    () => undefined,
  );
}

/** Resolves with the status; the supervisor answers when the new daemon has been started. */
function askSupervisor(socketPath: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method: 'POST', timeout: 60_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asking.on('timeout', () => asking.destroy(new Error('The supervisor does not answer.')));
    asking.on('error', reject);
    asking.end();
  });
}
