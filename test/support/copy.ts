import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** State directory of the copy that tests run against; its caches stay between runs. */
export const testHome = resolve(root, process.env.BERTH_TEST_HOME ?? '.berth-test');

/**
 * Runs a command of infra/berth.mjs on the tests' own copy, its progress on our standard error. Throws when it ends badly.
 * What a developer's shell says about another copy is left out.
 */
export function berth(args: string[], env: Record<string, string> = {}): Promise<void> {
  const bare = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('BERTH_') || name === 'BERTH_DOCKER_MIRRORS',
    ),
  );
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [join(root, 'infra/berth.mjs'), ...args], {
      cwd: root,
      env: { ...bare, ...env, BERTH_HOME: testHome, CI: 'true' },
      stdio: ['ignore', 2, 2],
    });
    // At a signal vitest ends at once; a platform that comes up must not go on without it.
    const end = () => child.kill();
    process.once('exit', end);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', end);
      if (code === 0) done();
      else reject(new Error(`berth ${args.join(' ')} ended with code ${code}.`));
    });
  });
}

/** Settings that the services of the tests' copy run with. */
export function serviceEnv(): Record<string, string> {
  return readEnvFile(join(testHome, 'services.env'));
}

/** KEY=VALUE lines. */
export function readEnvFile(file: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, key, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) env[key] = value;
  }
  return env;
}

/** Stack images of the tests' copy, by name. */
export function stacks(): Record<string, string> {
  return JSON.parse(readFileSync(join(testHome, 'stacks.json'), 'utf8')) as Record<string, string>;
}

/** Where the registry of the tests' copy keeps its files. */
export function registryData(): string {
  return join(testHome, 'registry', 'data');
}

/** The Traefik that the tests' copy found or brought. */
export function traefikBinary(): string {
  const state = JSON.parse(readFileSync(join(testHome, 'state.json'), 'utf8')) as {
    parts: { traefik: { bin: string } };
  };
  return state.parts.traefik.bin;
}
