import { execFile } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { oldestNode } from '../infra/steps/oldest-node.mjs';
import { berth, testHome } from './support/copy.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** An address of this machine that stands for the world outside: the one that the platform may call in a user's name. */
const outside = '127.0.0.2';

/**
 * Global set-up of the project `e2e`: a whole platform on a free port, fresh but for its caches, gone at the end.
 * BERTH_E2E_HOME may name the state directory of one that runs already (and is left running).
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  process.env.BERTH_OLDEST_NODE ??= await oldestNode(join(testHome, 'tools'));
  const running = process.env.BERTH_E2E_HOME;
  if (running !== undefined) {
    await tell(running);
    return undefined;
  }
  await berth(['reset', '--yes', '--keep-caches']);
  await berth(['start'], { BERTH_PORT: String(await freePort()), BERTH_OUTBOUND_ALLOW: `${outside}/32` });
  process.env.BERTH_E2E_HOME = testHome;
  await tell(testHome);
  return () => berth(['reset', '--yes', '--keep-caches']);
}

/** Puts what the tests need to know of a platform into the environment. */
async function tell(home: string): Promise<void> {
  const { stdout } = await run(process.execPath, [join(root, 'infra/berth.mjs'), 'status', '--json'], {
    env: { ...process.env, BERTH_HOME: home },
  });
  const status = JSON.parse(stdout) as {
    id: string;
    ready: boolean;
    urls: { platform: string; appsDomain: string };
    parts: { name: string; address: string | null }[];
  };
  if (!status.ready) throw new Error(`The platform in ${home} is not ready:\n${stdout}`);
  process.env.BERTH_E2E_ID = status.id;
  process.env.BERTH_E2E_URL = status.urls.platform;
  process.env.BERTH_E2E_APPS_DOMAIN = status.urls.appsDomain;
  process.env.BERTH_E2E_DOCKER = status.parts.find((part) => part.name === 'docker')?.address ?? '';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
