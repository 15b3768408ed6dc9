import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Writes beside and renames, so that a reader sees the old text or the new one, never half of it. */
export async function writeAtomic(path, text, mode = 0o644) {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.${randomBytes(3).toString('hex')}`;
  await writeFile(beside, text, { mode });
  await rename(beside, path);
}

/** Parsed JSON of a file, or `fallback` when the file is not there. A file that is not JSON is an error. */
export async function readJson(path, fallback = null) {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? fallback : JSON.parse(text);
}

export async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A secret kept in a file of mode 0600; made at first use. 32 random bytes unless `make` says otherwise. */
export async function keptSecret(path, make = () => randomBytes(24).toString('base64url')) {
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept) return kept.trim();
  const value = make();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeAtomic(path, `${value}\n`, 0o600);
  return value;
}

/** A hash over names and bytes of files and folders (in a fixed order), as 12 hex digits. Missing paths count as absent. */
export async function hashOf(paths, { skip = () => false, extra = '' } = {}) {
  const hash = createHash('sha256').update(extra);
  for (const path of paths) await addTo(hash, path, skip);
  return hash.digest('hex').slice(0, 12);
}

async function addTo(hash, path, skip) {
  if (skip(path)) return;
  const info = await stat(path).catch(() => null);
  if (!info) return;
  if (info.isDirectory()) {
    const names = (await readdir(path)).sort();
    for (const name of names) await addTo(hash, join(path, name), skip);
    return;
  }
  hash.update(`${path}\0`).update(await readFile(path));
}

/** SHA-256 of a file as hex. */
export async function sha256(path) {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/**
 * Removes a tree, with a few retries: a dying process may still be writing there. Not by rm's own `maxRetries`, which counts
 * anew in each folder: what is busy five levels down would be tried for hours.
 */
export async function removeTree(path) {
  for (let retries = 5; ; retries -= 1) {
    try {
      return await rm(path, { recursive: true, force: true });
    } catch (error) {
      if (retries === 0) throw error;
      await delay(200);
    }
  }
}
