import { join } from 'node:path';
import { runSource } from '../lib/run-source.mjs';
import { root } from '../settings.mjs';

/** `npm run simulate`: replays load against the autoscaler's rule. Needs neither packages nor a platform. */
export function simulate(args) {
  return runSource(join(root, 'bench', 'simulate', 'main.ts'), args);
}
