import { accessSync, constants, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { EngineInfo, Thawed, ThawFile } from '../port.js';
import { CgroupFreezer } from './cgroup-freezer.js';
import { findHierarchy, findPlace, siblingPlace } from './cgroup-place.js';

/** A container whose processes do not stand still within this (some may sit in the kernel) is let go on. */
const freezeMs = 1_000;

const mountinfo = '/proc/self/mountinfo';

/** How a container is by the Engine's own record, which does not know of the freezer. */
export interface EngineRecord {
  running: boolean;
  paused: boolean;
  pid: number;
}

/** The Engine's part: its record, and its own way to freeze. */
export interface EnginePause {
  /** null when there is no such container of this copy's. */
  record(id: string): Promise<EngineRecord | null>;
  /** False when it does not run. */
  pause(id: string): Promise<boolean>;
  unpause(id: string): Promise<void>;
}

interface Attempt {
  /** Set by a thaw meanwhile: the later wish counts. */
  givenUp: boolean;
  done: Promise<boolean>;
}

/**
 * Freezes and thaws containers by the kernel's freezer where their cgroups are within reach, else by the Engine's pause; never
 * both on one container. The cgroup is the record: nothing here need survive a crash.
 */
export class Freezing {
  readonly #engine: EnginePause;
  readonly #local: boolean;
  /** null: its cgroup was looked for in vain. */
  readonly #freezers = new Map<string, CgroupFreezer | null>();
  /** Frozen by this object, while the Engine said that it ran: one write thaws it. */
  readonly #ours = new Set<string>();
  readonly #attempts = new Map<string, Attempt>();
  /** The container found last: others are likely to lie beside it. */
  #example: { id: string; freezer: CgroupFreezer } | null = null;
  #used: EngineInfo['freezer'] | null = null;

  /** @param local whether the Engine's processes are in this machine's /proc */
  constructor(engine: EnginePause, local: boolean) {
    this.#engine = engine;
    this.#local = local;
  }

  /** What the last freeze used; before the first, what is to be expected. */
  inUse(): EngineInfo['freezer'] {
    return this.#used ?? (this.#local ? expected() : 'engine');
  }

  /** See `ContainerEngine.freeze`. */
  freeze(id: string): Promise<boolean> {
    const under = this.#attempts.get(id);
    if (under !== undefined && !under.givenUp) return under.done;
    const attempt: Attempt = { givenUp: false, done: Promise.resolve(false) };
    attempt.done = this.#attempt(id, attempt).finally(() => {
      if (this.#attempts.get(id) === attempt) this.#attempts.delete(id);
    });
    this.#attempts.set(id, attempt);
    return attempt.done;
  }

  /** See `ContainerEngine.thaw`. */
  async thaw(id: string): Promise<Thawed> {
    if (this.thawOurs(id)) return 'freezer';
    // It has not written yet, or the Engine is at it: that cannot be called back.
    await this.#attempts.get(id)?.done.catch(() => false);
    const record = await this.#engine.record(id);
    if (record === null || !record.running) return false;
    if (record.paused) {
      await this.#engine.unpause(id);
      return 'engine';
    }
    const freezer = await this.#locate(id, record.pid);
    if (freezer === null || this.#look(id, freezer) !== true) return 'already';
    this.#ours.delete(id);
    freezer.thaw();
    return 'freezer';
  }

  /** See `ContainerEngine.thawing`. What the Engine paused only the Engine lets go on. */
  thawing(id: string): ThawFile | null {
    return this.#ours.has(id) ? (this.#freezers.get(id)?.thawing ?? null) : null;
  }

  /** Lets go on, at once, what this object froze by the freezer; false when it did not. */
  thawOurs(id: string): boolean {
    const attempt = this.#attempts.get(id);
    if (attempt !== undefined) attempt.givenUp = true;
    if (!this.#ours.delete(id)) return false;
    try {
      this.#freezers.get(id)?.thaw();
      return true;
    } catch {
      // Its cgroup is gone: it ended.
      this.#freezers.delete(id);
      return false;
    }
  }

  /** Whether the freezer holds a container of which the Engine says that it runs with this pid. */
  async holds(id: string, pid: number): Promise<boolean> {
    const freezer = await this.#locate(id, pid);
    return freezer !== null && this.#look(id, freezer) === true;
  }

  /** The same by a glance, for long lists: one small file. null when that does not tell: inspect the container then. */
  holdsKnown(id: string): boolean | null {
    if (!this.#local) return false;
    const known = this.#freezers.get(id);
    if (known === null) return false;
    const freezer = known ?? this.#besideExample(id);
    return freezer === null ? null : this.#look(id, freezer);
  }

  /** Whether one `holds` would spare `holdsKnown` many nulls. */
  get knowsNothing(): boolean {
    return this.#local && this.#example === null;
  }

  /** Forgets a container that is gone, or that was started anew. */
  forget(id: string): void {
    this.#freezers.delete(id);
    this.#ours.delete(id);
  }

  /** Forgets all but these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#freezers.keys()) if (!ids.has(id)) this.forget(id);
  }

  async #attempt(id: string, attempt: Attempt): Promise<boolean> {
    let freezer = this.#freezers.get(id) ?? null;
    if (freezer === null || this.#look(id, freezer) === null) {
      const record = this.#local ? await this.#engine.record(id) : null;
      if (record?.paused) return true;
      if (this.#local && !record?.running) return false;
      freezer = record === null ? null : await this.#locate(id, record.pid);
    }
    if (attempt.givenUp) return false;
    const direct = freezer === null ? null : await this.#freezeBy(freezer, id, attempt);
    if (direct !== null || attempt.givenUp) return direct ?? false;
    this.#used = 'engine';
    return this.#engine.pause(id);
  }

  /** null when the freezer cannot be used. */
  async #freezeBy(freezer: CgroupFreezer, id: string, attempt: Attempt): Promise<boolean | null> {
    try {
      if (!freezer.populated()) return false;
      // Frozen already and not by this object: perhaps by the Engine, which then has to thaw it.
      if (freezer.frozen() === false) this.#ours.add(id);
      const frozen = await freezer.freeze(freezeMs, () => attempt.givenUp);
      this.#used = `cgroup v${freezer.place.version}`;
      if (!frozen && !attempt.givenUp) this.#ours.delete(id);
      return frozen;
    } catch {
      // No right to write, or its cgroup went: the Engine knows which.
      if (!attempt.givenUp) this.#ours.delete(id);
      return null;
    }
  }

  async #locate(id: string, pid: number): Promise<CgroupFreezer | null> {
    if (!this.#local) return null;
    const known = this.#freezers.get(id);
    if (known && known.frozen() !== null) return known;
    const texts = await Promise.all([
      readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''),
      readFile(mountinfo, 'utf8').catch(() => ''),
    ]);
    const place = findPlace(...texts, id);
    const found = place && new CgroupFreezer(place);
    const freezer = found === null || found.frozen() === null ? null : found;
    this.#freezers.set(id, freezer);
    if (freezer !== null) this.#example = { id, freezer };
    return freezer;
  }

  #besideExample(id: string): CgroupFreezer | null {
    if (this.#example === null) return null;
    const place = siblingPlace(this.#example.freezer.place, this.#example.id, id);
    return place && new CgroupFreezer(place);
  }

  /** Whether it is frozen, and what follows from it for what is known; null when the cgroup is gone. */
  #look(id: string, freezer: CgroupFreezer): boolean | null {
    const frozen = freezer.frozen();
    if (frozen === null) this.forget(id);
    else this.#freezers.set(id, freezer);
    if (frozen === false) this.#ours.delete(id);
    return frozen;
  }
}

/** By what this process may write: a host whose hierarchy is read-only or another user's leaves it to the Engine. */
function expected(): EngineInfo['freezer'] {
  try {
    const hierarchy = findHierarchy(readFileSync(mountinfo, 'utf8'));
    if (hierarchy === null) return 'engine';
    accessSync(hierarchy.directory, constants.W_OK);
    return `cgroup v${hierarchy.version}`;
  } catch {
    return 'engine';
  }
}
