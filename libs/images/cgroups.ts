import { mkdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const CGROUP_ROOT = '/sys/fs/cgroup';

/** Controllers that a build's limits and counters need. On v1 each has a tree of its own; on v2 all share one. */
const CONTROLLERS = ['memory', 'cpu', 'cpuacct', 'pids'] as const;
export type Controller = (typeof CONTROLLERS)[number] | 'cpuset';

/** One cgroup by its path below the root, on cgroup v1 or v2. Nothing here leaves the tree. */
export class Cgroup {
  private constructor(
    private readonly root: string,
    readonly path: string,
    /** cgroup v2? */
    readonly unified: boolean,
  ) {}

  /** Throws RangeError for anything but plain names. `root` is another place for tests. */
  static async at(path: string, root = CGROUP_ROOT): Promise<Cgroup> {
    if (!/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(path) || path.split('/').some(isDots)) {
      throw new RangeError(`Not the name of a cgroup: ${path}`);
    }
    const unified = await stat(join(root, 'cgroup.controllers')).then(
      () => true,
      () => false,
    );
    return new Cgroup(root, path, unified);
  }

  child(name: string): Promise<Cgroup> {
    return Cgroup.at(`${this.path}/${name}`, this.root);
  }

  /** Its folder in a controller's tree; on v2 there is only one. */
  folder(controller: Controller): string {
    return this.unified ? join(this.root, this.path) : join(this.root, controller, this.path);
  }

  async make(): Promise<void> {
    for (const folder of this.folders()) await mkdir(folder, { recursive: true });
  }

  /** Removes it; false while processes are still in it. */
  async remove(): Promise<boolean> {
    const gone = await Promise.all(
      this.folders().map((folder) =>
        rmdir(folder).then(
          () => true,
          (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
        ),
      ),
    );
    return gone.every(Boolean);
  }

  write(controller: Controller, file: string, value: string | number): Promise<void> {
    return writeFile(join(this.folder(controller), file), String(value));
  }

  read(controller: Controller, file: string): Promise<string> {
    return readFile(join(this.folder(controller), file), 'utf8');
  }

  /** A number that the kernel keeps; 0 when it has no such file. */
  async number(controller: Controller, file: string): Promise<number> {
    const value = Number(await this.read(controller, file).catch(() => '0'));
    return Number.isFinite(value) ? value : 0;
  }

  /** One counter of a file of `name value` lines; 0 when it is not there. */
  async counter(controller: Controller, file: string, name: string): Promise<number> {
    const text = await this.read(controller, file).catch(() => '');
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  }

  /** Ids of the processes in it; empty when it is gone. */
  async processes(): Promise<number[]> {
    const text = await this.read('pids', 'cgroup.procs').catch(() => '');
    return text.split('\n').filter(Boolean).map(Number);
  }

  /** Ids of the threads in it; empty when it is gone. */
  async threads(): Promise<number[]> {
    const text = await this.read('pids', this.unified ? 'cgroup.threads' : 'tasks').catch(() => '');
    return text.split('\n').filter(Boolean).map(Number);
  }

  /** Moves a process here, in every controller's tree. One that has ended meanwhile is no matter. */
  async take(pid: number): Promise<void> {
    for (const folder of this.folders()) {
      await writeFile(join(folder, 'cgroup.procs'), String(pid)).catch(ignoreGone);
    }
  }

  private folders(): string[] {
    return [...new Set(CONTROLLERS.map((controller) => this.folder(controller)))];
  }
}

/** Kernels without swap accounting, say, do not have every file. */
export function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'EACCES') throw error;
}

function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ESRCH' && error.code !== 'ENOENT') throw error;
}

function isDots(name: string): boolean {
  return name === '.' || name === '..';
}
