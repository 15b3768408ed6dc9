import { join } from 'node:path';
import { run } from '../lib/run.mjs';
import { otherNodes } from '../pins.mjs';
import { bringNodeVersion } from './node24.mjs';

const major = 20;

/**
 * The oldest Node that the command `berth` promises to run on, for tests: one on the PATH, else the pinned one, brought to `tools`.
 * @param {string} tools
 * @returns {Promise<string>} its path
 */
export async function oldestNode(tools) {
  for (const folder of (process.env.PATH ?? '').split(':').filter(Boolean)) {
    const program = join(folder, 'node');
    const version = await run(program, ['--version']).catch(() => '');
    if (version.startsWith(`v${major}.`)) return program;
  }
  const pin = otherNodes.find(({ version }) => version.startsWith(`${major}.`));
  return join(await bringNodeVersion(tools, pin), 'node');
}
