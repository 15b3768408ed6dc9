import { readFileSync } from 'node:fs';

/**
 * Global set-up of the project `it`: real parts for tests beside the code. BERTH_TEST_ENV names a file of KEY=VALUE lines that
 * says where parts are that run already.
 */
export default function setup(): void {
  const file = process.env.BERTH_TEST_ENV;
  if (file === undefined)
    throw new Error('Set BERTH_TEST_ENV to a file that says where Postgres, Redis and Docker are.');
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) process.env[key] = value;
  }
}
