import { berth, readEnvFile, registryData, serviceEnv, stacks, traefikBinary } from './support/copy.js';
import { makeTemplate } from './support/database.js';

/** What tests beside the code may use; the rest of a service's settings is none of their business. */
const shared = [
  'DATABASE_URL',
  'REDIS_URL',
  'DOCKER_HOST',
  'BERTH_REGISTRY',
  'BERTH_CGROUP_PARENT',
  'BERTH_ENGINE_OWNED',
];

/**
 * Global set-up of the projects `it…`: real parts for tests beside the code. BERTH_TEST_ENV may name a file of KEY=VALUE lines
 * that says where parts run already; otherwise the tests' own copy of Berth comes up, without its services, and goes again.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Another project of the same run has done it.
  if (process.env.BERTH_TEST_TEMPLATE !== undefined) return undefined;
  const file = process.env.BERTH_TEST_ENV;
  if (file !== undefined) {
    Object.assign(process.env, readEnvFile(file));
    return makeTemplate();
  }
  await berth(['start', '--parts-only', '--stacks']);
  const env = serviceEnv();
  for (const name of shared) process.env[name] = env[name];
  process.env.BERTH_TEST_IMAGE = stacks().base;
  process.env.BERTH_TEST_REGISTRY_DATA = registryData();
  process.env.TRAEFIK_BIN = traefikBinary();
  await makeTemplate();
  return () => berth(['stop']);
}
