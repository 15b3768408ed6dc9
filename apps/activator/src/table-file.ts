import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { routeTable, type RouteTable } from '#libs/contracts/edge.js';

/** The copy of the table from which the activator comes back alone, with everything else dead. */
export class TableFile {
  #writing: Promise<void> = Promise.resolve();

  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** null when there is none, or what is there cannot be read: the runtime sends a new one at its next look. */
  async load(): Promise<RouteTable | null> {
    try {
      return routeTable.parse(JSON.parse(await readFile(this.path, 'utf8')));
    } catch {
      return null;
    }
  }

  /** Writes beside, then renames: a kill at any moment leaves the old table or the new one. One write at a time. */
  save(table: RouteTable): Promise<void> {
    const write = this.#writing.then(async () => {
      const beside = `${this.path}.${process.pid}.tmp`;
      await mkdir(dirname(this.path), { recursive: true });
      try {
        await writeFile(beside, JSON.stringify(table), { mode: 0o600 });
        await rename(beside, this.path);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    });
    this.#writing = write.catch(() => undefined);
    return write;
  }
}
