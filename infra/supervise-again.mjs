/**
 * Starts this copy's supervisor again; the services run this when it does not answer any more (libs/config/supervised.ts). While a start, a
 * stop or a reset is under way, that command decides; after a stop nothing is wanted.
 */
import { startLock } from './commands/start.mjs';
import { Problem } from './lib/problem.mjs';
import { RunRecords } from './records.mjs';
import { readServiceEnv } from './service-env.mjs';
import { findCopy } from './state.mjs';
import { ensureSupervisor } from './steps/supervise.mjs';

const copy = await findCopy();
if (copy) {
  // What the services are given, secrets among it, is none of the other parts' business.
  for (const name of ['NODE_ENV', 'BERTH_SUPERVISE', ...Object.keys(await readServiceEnv(copy))])
    delete process.env[name];
  await startLock(copy, async () => {
    const records = await RunRecords.open(copy);
    if (records.wanted().length > 0) await ensureSupervisor(copy);
  }).catch((error) => {
    // Somebody else has the lock; who asked looks again.
    if (!(error instanceof Problem)) throw error;
  });
}
