import { which } from '../lib/run.mjs';
import { missingPackages } from '../steps/debian.mjs';

/** Debian packages that building the base image may need and that are not here. */
export async function stackTools() {
  if (await which('mmdebstrap')) return [];
  return missingPackages(['mmdebstrap', 'debian-archive-keyring']);
}
