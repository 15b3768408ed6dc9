import { readJson, writeAtomic } from '../lib/files.mjs';

const file = 'stacks-edition.json';

/**
 * The moment whose packages the stack images of this host are made of: `20261130T2047`. A tag says what goes into an image, not which
 * security updates Debian had at that time; the edition does. null until they are renewed for the first time.
 * @param {import('../state.mjs').Copy} copy
 * @returns {Promise<string | null>}
 */
export async function knownEdition(copy) {
  const { edition } = (await readJson(copy.path(file)).catch(() => null)) ?? {};
  return typeof edition === 'string' ? edition : null;
}

export function writeEdition(copy, edition) {
  return writeAtomic(copy.path(file), `${JSON.stringify({ edition })}\n`);
}

/** @param {Date} now */
export function editionOf(now) {
  return now.toISOString().slice(0, 16).replace(/[-:]/g, '');
}

/** Is this moment (ISO 8601) later than the edition? */
export function isFrom(moment, edition) {
  return typeof moment === 'string' && moment.replace(/[-:]/g, '') > edition;
}
