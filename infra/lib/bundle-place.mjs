import { join } from 'node:path';
import { exists, readJson } from './files.mjs';

/** Where an offline bundle lies once it is unpacked; docs/operating.md says what is in it. */
export function bundlePlace(home) {
  const folder = join(home, 'bundle');
  return {
    folder,
    facts: join(folder, 'bundle.json'),
    npmCache: join(folder, 'npm-cache'),
    debs: join(folder, 'debs'),
    tools: join(folder, 'tools'),
    images: join(folder, 'images.tar.gz'),
  };
}

/**
 * What the bundle in this state directory says of itself; null where there is none.
 * @returns {Promise<{ arch: string, debian: string, stacks: Record<string, string> } | null>}
 */
export async function bundleFacts(home) {
  return readJson(bundlePlace(home).facts);
}

/** npm's environment that takes packages out of the bundle and asks nobody; null without a bundle. */
export async function bundledNpm(home) {
  const { npmCache } = bundlePlace(home);
  return (await exists(npmCache)) ? { npm_config_cache: npmCache, npm_config_offline: 'true' } : null;
}

/** apt's options that see the bundle's packages alone; null without a bundle. */
export async function bundledApt(home) {
  const { debs } = bundlePlace(home);
  if (!(await exists(join(debs, 'Packages')))) return null;
  return [
    ...['-o', `Dir::Etc::sourcelist=${join(debs, 'sources.list')}`, '-o', 'Dir::Etc::sourceparts=-'],
    ...['-o', `Dir::State::lists=${join(debs, 'lists')}`],
    // apt checked each package when the bundle was made, and the index has its hash. The folder is root's alone.
    ...['-o', 'APT::Sandbox::User=root'],
  ];
}

/** The sources.list for a bundle at this place. */
export function bundledSources(debs) {
  return `deb [trusted=yes] file:${debs} ./\n`;
}
