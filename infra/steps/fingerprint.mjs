import { join } from 'node:path';
import { hashOf } from '../lib/files.mjs';
import { root } from '../settings.mjs';
import { envFile } from '../service-env.mjs';

/** What the services run from: built code and settings. Changes when they have to be started anew. */
export function fingerprintOf(copy) {
  return hashOf([join(root, 'dist', 'stamp.json'), envFile(copy)]);
}
