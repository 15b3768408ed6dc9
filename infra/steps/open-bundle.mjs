import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundlePlace, bundledSources } from '../lib/bundle-place.mjs';
import { exists, readJson, removeTree } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';

/** The bundle that a start is given: `--bundle FILE`, or BERTH_BUNDLE; null for none. */
export function bundleFile(args, env = process.env) {
  const at = args.indexOf('--bundle');
  if (at === -1) return env.BERTH_BUNDLE ? resolve(env.BERTH_BUNDLE) : null;
  const file = args[at + 1];
  if (!file || file.startsWith('--')) {
    throw new Problem({ what: '--bundle names no file.', fix: 'Write: npm start -- --bundle FILE' });
  }
  return resolve(file);
}

/**
 * Unpacks an offline bundle into the state directory, once; what is in it is then taken from there by every step that would ask the
 * network. Needs nothing but tar: it runs before Node 24 and npm's packages are there.
 * @param {string} home state directory
 * @param {string} file made by `npm run bundle`
 */
export async function openBundle(home, file) {
  const { folder, tools, debs } = bundlePlace(home);
  const found = await stat(file).catch(() => null);
  if (!found) throw new Problem({ what: `There is no bundle ${file}.`, fix: 'Correct its path.' });
  const mark = `${file} ${found.size} ${found.mtimeMs}`;
  if ((await readJson(join(folder, 'opened.json')).catch(() => null))?.mark === mark) return 'already there';
  const beside = `${folder}.unpacking`;
  // Of a start that was killed.
  await removeTree(beside);
  const said = await unpack(file, beside).catch(async (error) => {
    await removeTree(beside);
    throw error;
  });
  await removeTree(folder);
  await rename(beside, folder);
  await writeFile(join(debs, 'sources.list'), bundledSources(debs));
  await mkdir(join(debs, 'lists', 'partial'), { recursive: true });
  await bringTools(tools, join(home, 'tools'));
  await writeFile(join(folder, 'opened.json'), JSON.stringify({ mark }));
  return `made ${said.made}`;
}

/** Gives what the bundle says of itself. That is its last entry: where it is missing, the end is. */
async function unpack(file, to) {
  const broken = (cause) =>
    new Problem({ what: `${file} is no whole bundle.`, why: cause?.message, fix: 'Copy it again.', cause });
  await mkdir(to, { recursive: true });
  await run('tar', ['-xf', file, '-C', to, '--no-same-owner'], { timeoutMs: 900_000 }).catch((cause) => {
    throw broken(cause);
  });
  const said = await readJson(join(to, 'bundle.json')).catch(() => null);
  if (said === null) throw broken();
  checkHost(said, file);
  return said;
}

function checkHost(said, file) {
  if (said.format !== 1) {
    throw new Problem({
      what: `${file} is no bundle of this version of Berth.`,
      fix: 'Make it anew with npm run bundle.',
    });
  }
  if (said.arch !== process.arch) {
    throw new Problem({
      what: `${file} is for ${said.arch}, and this is ${process.arch}.`,
      fix: 'Make the bundle on a machine like this one.',
    });
  }
}

async function bringTools(from, to) {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from))
    if (!(await exists(join(to, name)))) await run('cp', ['-a', join(from, name), join(to, name)]);
}
