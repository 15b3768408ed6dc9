import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { writeKernelFile } from '#libs/config/kernel-file.js';
import type { ThawFile } from '../port.js';
import type { CgroupPlace } from './cgroup-place.js';

/** The kernel freezes most containers within a millisecond; it asks again so often. */
const pollMs = 1;

interface Words {
  control: string;
  freeze: string;
  thaw: ThawFile['text'];
  /** What was asked for last, of this very cgroup: `1` is frozen. */
  wanted: string;
  /** Where to read that all its processes stand still, and what is written there then. */
  reached: [file: string, text: RegExp];
  /** Where to read that there are processes. */
  populated: [file: string, text: RegExp];
}

/** Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst and cgroup-v2.rst ("Core Interface Files") of the kernel. */
const words: Record<CgroupPlace['version'], Words> = {
  1: {
    control: 'freezer.state',
    freeze: 'FROZEN',
    thaw: 'THAWED',
    wanted: 'freezer.self_freezing',
    // FREEZING until then.
    reached: ['freezer.state', /^FROZEN$/m],
    populated: ['cgroup.procs', /^\d+$/m],
  },
  2: {
    control: 'cgroup.freeze',
    freeze: '1',
    thaw: '0',
    wanted: 'cgroup.freeze',
    reached: ['cgroup.events', /^frozen 1$/m],
    populated: ['cgroup.events', /^populated 1$/m],
  },
};

/**
 * The freezer of one container's cgroup. All is synchronous but the waiting: the files are the kernel's memory (some ten
 * microseconds each), and a thaw that goes through the thread pool would wait there behind slow disks.
 * Errors are the file system's: ENOENT when the cgroup is gone, EACCES or EROFS without the right to write.
 */
export class CgroupFreezer {
  readonly #words: Words;

  constructor(readonly place: CgroupPlace) {
    this.#words = words[place.version];
  }

  /** Whether it was told to freeze, by whomever; null when the cgroup is gone. */
  frozen(): boolean | null {
    try {
      return this.#read(this.#words.wanted).trim() === '1';
    } catch {
      return null;
    }
  }

  /** Whether processes are in it. */
  populated(): boolean {
    const [file, text] = this.#words.populated;
    return text.test(this.#read(file));
  }

  thaw(): void {
    this.#write(this.#words.thaw);
  }

  /** What `thaw` does, for whoever else is to do it. */
  get thawing(): ThawFile {
    return { file: posix.join(this.place.directory, this.#words.control), text: this.#words.thaw };
  }

  /**
   * Freezes and waits until all stand still. False, and nothing is frozen, when that takes longer than `patienceMs`
   * (a process may sit in the kernel); false, and nothing is touched any more, once `givenUp` says so.
   */
  async freeze(patienceMs: number, givenUp: () => boolean): Promise<boolean> {
    const deadline = performance.now() + patienceMs;
    const [file, text] = this.#words.reached;
    for (;;) {
      // Again each time: version 1 calls only those that it finds, and a process may have been born meanwhile.
      this.#write(this.#words.freeze);
      if (text.test(this.#read(file))) return true;
      if (performance.now() > deadline) {
        this.thaw();
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      if (givenUp()) return false;
    }
  }

  #read(file: string): string {
    return readFileSync(posix.join(this.place.directory, file), 'utf8');
  }

  #write(text: string): void {
    writeKernelFile(posix.join(this.place.directory, this.#words.control), text);
  }
}
