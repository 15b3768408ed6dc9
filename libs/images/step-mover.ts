import { constants, watch, type FSWatcher } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BuildCell } from './build-cell.js';
import { buildGroup } from './build-limits.js';
import type { Cgroup } from './cgroups.js';

/** A step's command starts 50 ms or more after its cgroup is there; until then its process is runc's own. */
const LOOK_MS = 4;
/** A step that does not say whose it is after so long stays where it is: under the limits of all builds together. */
const PATIENCE_MS = 5_000;
/** Notices of the kernel may be lost. */
const SWEEP_MS = 500;
/** A process that forks without end is caught up with: what it forks once moved is born in the right place. */
const ROUNDS = 200;

/**
 * Puts the processes of build steps into the cells of their builds. BuildKit names its steps' cgroups by chance; whose a step
 * is stands in its /etc/hosts, where buildImage writes the owner. On v1 and v2; needs root and `/proc` of the Engine's machine.
 */
export class StepMover {
  private readonly cells = new Map<string, BuildCell>();
  private readonly seen = new Set<string>();
  private watcher: FSWatcher | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly parent: string,
    private readonly root?: string,
    private readonly proc = '/proc',
  ) {}

  /** From now on steps that carry `owner` go into `cell`. The function given ends that. */
  async follow(owner: string, cell: BuildCell): Promise<() => void> {
    this.cells.set(owner, cell);
    const group = await buildGroup(this.parent, this.root);
    this.start(group);
    return () => {
      if (this.cells.get(owner) === cell) this.cells.delete(owner);
      if (this.cells.size === 0) this.stop();
    };
  }

  private start(group: Cgroup): void {
    if (this.timer !== null) return;
    const look = () => void this.sweep(group);
    this.timer = setInterval(look, SWEEP_MS).unref();
    try {
      this.watcher = watch(group.folder('pids'), { persistent: false }, look);
      // The folder goes with the Engine's: the timer still looks.
      this.watcher.on('error', () => undefined);
    } catch {
      this.watcher = null;
    }
  }

  private stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.watcher?.close();
    this.timer = null;
    this.watcher = null;
    this.seen.clear();
  }

  private async sweep(group: Cgroup): Promise<void> {
    const entries = await readdir(group.folder('pids'), { withFileTypes: true }).catch(() => []);
    const steps = entries.filter((entry) => entry.isDirectory());
    for (const { name } of steps) {
      if (this.seen.has(name)) continue;
      this.seen.add(name);
      void this.place(group, name).catch(() => undefined);
    }
    for (const name of this.seen) if (!steps.some((step) => step.name === name)) this.seen.delete(name);
  }

  private async place(group: Cgroup, name: string): Promise<void> {
    const step = await group.child(name);
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until && this.timer !== null) {
      const cell = await this.cellOf(await step.processes());
      if (cell !== null) return moveAll(step, cell.group);
      await delay(LOOK_MS, undefined, { ref: false });
    }
  }

  /** The cell that these processes say they belong to; null when none says so, or not yet. */
  private async cellOf(pids: number[]): Promise<BuildCell | null> {
    for (const pid of pids.slice(0, 8)) {
      const owner = ownerIn(
        await beginningOf(join(this.proc, String(pid), 'root/etc/hosts')).catch(() => ''),
      );
      const cell = owner === null ? undefined : this.cells.get(owner);
      if (cell !== undefined) return cell;
    }
    return null;
  }
}

async function moveAll(step: Cgroup, cell: Cgroup): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = await step.processes();
    if (pids.length === 0) return;
    for (const pid of pids) await cell.take(pid);
  }
}

/** The file lies in a stranger's image: it may be a link, a pipe or without an end. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(8192) });
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Ends in a name that no resolver knows. */
const SUFFIX = '.owner.berth.invalid';

/**
 * The line for `extrahosts` of a build. It has two uses: a step tells by it whose it is, and, since BuildKit's cache knows a
 * command by it, no app is given the layer that another app's command made.
 */
export function ownerHost(owner: string): string {
  return `${owner}${SUFFIX}:127.0.0.1`;
}

/** The first line wins: what the step's image or command adds comes after, or replaces the file within its own view. */
function ownerIn(hosts: string): string | null {
  return new RegExp(`\\s([A-Za-z0-9-]+)${SUFFIX.replaceAll('.', '\\.')}(?:\\s|$)`).exec(hosts)?.[1] ?? null;
}
