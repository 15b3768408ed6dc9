import { join } from 'node:path';
import { exists } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { runSource } from '../lib/run-source.mjs';
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
  return runSource(main, args);
}
