import { which } from '../lib/run.mjs';
import { installDebian } from './debian.mjs';

/** The browser in which tests use the pages: the one that CHROMIUM names, or Debian's. */
export async function bringBrowser(note = () => {}) {
  if (process.env.CHROMIUM || (await which('chromium'))) return 'already there';
  await installDebian({ needed: ['chromium'], note });
  return 'installed';
}
