import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClientOrder, ClientReport } from '#bench/client.js';
import { root } from '#bench/platform.js';

const run = promisify(execFile);

/** One run of the client in a process of its own. */
export async function load(order: ClientOrder): Promise<ClientReport> {
  const { stdout } = await run(process.execPath, [
    '--conditions=berth-source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'bench', 'client.ts'),
    JSON.stringify(order),
  ]);
  return JSON.parse(stdout) as ClientReport;
}
