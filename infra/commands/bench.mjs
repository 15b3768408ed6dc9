import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exists } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { installPackages } from '../steps/packages.mjs';
import { root } from '../settings.mjs';

/** `npm run bench`: measures against a platform of its own and writes bench/results. */
export async function bench(args, ui) {
  await ui.step('Packages from the lockfile', ({ note }) => installPackages(note));
  ui.close();
  const main = join(root, 'bench', 'main.ts');
  if (!(await exists(main)))
    throw new Problem({
      what: 'There is nothing to measure with: bench/main.ts is missing.',
      fix: 'Use a checkout that has it.',
    });
  return new Promise((resolve, reject) => {
    // Node strips the types; the condition makes #libs/ lead to the sources.
    const child = spawn(
      process.execPath,
      ['--conditions=berth-source', '--disable-warning=ExperimentalWarning', main, ...args],
      { cwd: root, stdio: 'inherit' },
    );
    process.once('SIGINT', () => {});
    process.on('SIGTERM', (signal) => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
