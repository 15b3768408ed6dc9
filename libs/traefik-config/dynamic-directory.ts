import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BerthError } from '#libs/core/errors.js';
import type { DynamicConfiguration } from './model.js';

/**
 * The directory that Traefik watches. One writer: the runtime that holds the host's epoch.
 * A file is written in a directory beside and renamed in, so that Traefik sees one event per change and never half a
 * file. (A file that merely appears costs a reload, and starts the throttle that delays the next.)
 */
export class DynamicDirectory {
  readonly #directory: string;
  readonly #beside: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#beside = `${directory.replace(/\/+$/, '')}.tmp`;
  }

  /** `unchanged`: the file says the same already, and nothing was touched. */
  async write(name: string, configuration: DynamicConfiguration): Promise<'written' | 'unchanged'> {
    const target = join(this.#directory, checkedName(name));
    const text = `${JSON.stringify(configuration, null, 2)}\n`;
    if ((await readFile(target, 'utf8').catch(() => null)) === text) return 'unchanged';
    await mkdir(this.#directory, { recursive: true });
    await mkdir(this.#beside, { recursive: true });
    const beside = join(this.#beside, `${name}.${process.pid}`);
    await writeFile(beside, text, { mode: 0o600 });
    await rename(beside, target);
    return 'written';
  }

  /** Removing what is not there is no error. */
  async remove(name: string): Promise<void> {
    await rm(join(this.#directory, checkedName(name)), { force: true });
  }

  /** What a file says; null when it is not there or is not JSON. */
  async read(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(join(this.#directory, checkedName(name)), 'utf8'));
    } catch {
      return null;
    }
  }

  /** Names of the files in force, for finding those that no app accounts for. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#directory).catch(() => []);
    return names.filter((name) => name.endsWith('.yml')).sort();
  }
}

function checkedName(name: string): string {
  if (name !== basename(name) || !/^[A-Za-z0-9][A-Za-z0-9-]*\.yml$/.test(name)) {
    throw new BerthError(
      'invalid_file_name',
      'A route file is named by letters, digits, dashes and .yml. Report this as a bug.',
    );
  }
  return name;
}
