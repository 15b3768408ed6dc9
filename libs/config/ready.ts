import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from './env.js';

/**
 * Tells the supervisor (infra/parts/services.mjs) that this service does its work now: `<name>.ready` in the run directory
 * holds the pid. For services that have no port to ask.
 */
export async function announceReady(
  env: Pick<Env, 'BERTH_RUN_DIR'>,
  name: 'builder' | 'runtime',
): Promise<void> {
  const path = join(env.BERTH_RUN_DIR, `${name}.ready`);
  await writeFile(`${path}.${process.pid}`, `${process.pid}\n`, { mode: 0o600 });
  await rename(`${path}.${process.pid}`, path);
}
