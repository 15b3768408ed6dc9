import { spawn } from 'node:child_process';
import { root } from '../settings.mjs';

/**
 * Runs a TypeScript file of the checkout in a process of its own, and gives its exit code. Node strips the types; the
 * condition makes #libs/ lead to the sources.
 */
export function runSource(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--conditions=berth-source', '--disable-warning=ExperimentalWarning', file, ...args],
      { cwd: root, stdio: 'inherit' },
    );
    process.once('SIGINT', () => {});
    process.on('SIGTERM', (signal) => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
