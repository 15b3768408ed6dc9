import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeAtomic } from './lib/files.mjs';
import { root } from './settings.mjs';

/**
 * npm leaves a package for another platform out of the lockfile when the registry at hand does not serve it; `npm ci` then
 * refuses the whole lockfile, everywhere. These are added by name: they are never installed on Linux, but the lockfile
 * must know them.
 */
const platforms = [
  { name: /darwin/, os: 'darwin' },
  { name: /win32|windows/, os: 'win32' },
  { name: /freebsd/, os: 'freebsd' },
  { name: /android/, os: 'android' },
  { name: /openharmony/, os: 'openharmony' },
  { name: /linux/, os: 'linux' },
];
const processors = [
  { name: /wasm32/, cpu: 'wasm32' },
  { name: /arm64/, cpu: 'arm64' },
  { name: /arm-|armv7|arm$/, cpu: 'arm' },
  { name: /ia32/, cpu: 'ia32' },
  { name: /x64/, cpu: 'x64' },
  { name: /ppc64/, cpu: 'ppc64' },
  { name: /riscv64/, cpu: 'riscv64' },
  { name: /s390x/, cpu: 's390x' },
];

/**
 * Optional packages that some package of the lockfile asks for and that the lockfile does not have.
 * @param {{ packages: Record<string, any> }} lock
 * @returns {{ name: string, version: string, by: string, dev: boolean }[]}
 */
export function missingFromLock(lock) {
  const missing = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!resolves(lock.packages, path, name))
        missing.set(name, { name, version: range.replace(/^[~^]/, ''), by: path, dev: Boolean(entry.dev) });
    }
  }
  return [...missing.values()];
}

/** Would Node find `name` from the package at `path`? Looks in each node_modules on the way up. */
function resolves(packages, path, name) {
  const parts = path === '' ? [] : `/${path}`.split('/node_modules/').slice(1);
  for (let depth = parts.length; depth >= 0; depth--) {
    const above = parts.slice(0, depth).map((part) => `node_modules/${part}/`);
    if (packages[`${above.join('')}node_modules/${name}`]) return true;
  }
  return false;
}

/** The lockfile with what is missing; entries in npm's own order. */
export function completed(lock) {
  const added = Object.fromEntries(
    missingFromLock(lock).map((one) => [`node_modules/${one.name}`, entryFor(one)]),
  );
  const all = { ...lock.packages, ...added };
  const packages = Object.fromEntries(
    Object.keys(all)
      .sort((a, b) => a.localeCompare(b, 'en'))
      .map((path) => [path, all[path]]),
  );
  return { ...lock, packages };
}

function entryFor({ name, version, dev }) {
  const os = platforms.find((one) => one.name.test(name))?.os;
  const cpu = processors.find((one) => one.name.test(name))?.cpu;
  // A package that would fit this system must come from the registry, with its hash.
  if ((os === undefined && cpu !== 'wasm32') || cpu === undefined)
    throw new Error(`Which platform is ${name} for? Say so in infra/lockfile.mjs.`);
  const libc = /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : null;
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = join(root, 'package-lock.json');
  const lock = JSON.parse(await readFile(path, 'utf8'));
  const missing = missingFromLock(lock);
  if (missing.length === 0) console.log('The lockfile is whole.');
  else if (process.argv.includes('--check')) {
    console.error(
      `package-lock.json lacks ${missing.map((one) => one.name).join(', ')}: "npm ci" would refuse it. Run "node infra/lockfile.mjs".`,
    );
    process.exit(1);
  } else {
    await writeAtomic(path, `${JSON.stringify(completed(lock), null, 2)}\n`);
    console.log(`Added ${missing.length} packages of other platforms to package-lock.json.`);
  }
}
