import { randomUUID } from 'node:crypto';
import { freemem, totalmem } from 'node:os';
import { functionOf, mattersAtStart } from '#libs/buildpack/function/warm.js';
import { messageOf } from '#libs/core/errors.js';
import type { AppState, RunRelease } from '#libs/store/app-states.js';
import { openReleaseConfig } from '#libs/store/releases.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { FunctionImage, FunctionImages } from './function-image.js';
import { endWarm, keyOf, makeWarm, type WarmInstance, type WarmRecipe } from './warm-instance.js';

/** Instances wait for so long after the last function of their kind was deployed. */
const keptMs = 10 * 60_000;
/** The deployment that asks for the next one has the processors first. */
const fillAfterMs = 1_000;
/** A host with less of its memory available than this keeps nothing in reserve. */
const freeShare = 0.2;

/** One that an app was given, and what it is to run. */
export interface TakenInstance {
  warm: WarmInstance;
  file: string;
  files: FunctionImage['files'];
  takenAt: Date;
}

/**
 * Instances that wait for functions. Each has run nothing but Berth's server, is in no network, and is given away once, to whichever team: only then it joins that
 * team's network, and what was taken never comes back. One waits for each language and size of which a function was deployed lately, `BERTH_WARM_POOL` on the
 * host at most, where the Engine lets a container join a network late.
 *
 * The pool is in memory alone. A runtime that dies leaves containers whose standard input has ended: they end by themselves, and the sweep
 * of orphans removes them.
 */
export class WarmPool {
  readonly #images: FunctionImages;
  readonly #wanted = new Map<string, { recipe: WarmRecipe; until: number }>();
  readonly #waiting = new Map<string, WarmInstance>();
  readonly #taken = new Map<string, TakenInstance>();
  /** Apps by the ids of instances that waited once: their containers cannot say it. */
  readonly #owners = new Map<string, string>();
  #making: string | null = null;
  #filling: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(
    private readonly context: () => RuntimeContext,
    private readonly most: number,
    images: FunctionImages,
    private readonly memory = () => ({ available: freemem(), total: totalmem() }),
  ) {
    this.#images = images;
  }

  /** How many wait now. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Is this the id of an instance that waits, or is about to be one? */
  has(instanceId: string): boolean {
    return this.#making === instanceId || [...this.#waiting.values()].some(({ id }) => id === instanceId);
  }

  /** The app of an instance whose container was made before it was known. */
  ownerOf(instanceId: string): string | undefined {
    return this.#owners.get(instanceId);
  }

  noteOwner(instanceId: string, appId: string): void {
    this.#owners.set(instanceId, appId);
  }

  /** A function was deployed: the next one like it shall find an instance. Never throws. */
  async want(release: RunRelease): Promise<void> {
    if (this.most === 0 || this.#stopped) return;
    try {
      const found = (await this.context().engine.canJoin()) ? await this.#recipeOf(release) : null;
      if (found === null) return;
      const { recipe } = found;
      this.#wanted.set(keyOf(recipe), { recipe, until: Date.now() + keptMs });
      this.#fillSoon();
    } catch (error) {
      this.context().warn(`The warm pool was not filled: ${messageOf(error)}`);
    }
  }

  /** An instance for this release of a function, equal to one of its own; null when none waits. Never throws. */
  async take(app: Pick<AppState['app'], 'id'>, release: RunRelease): Promise<TakenInstance | null> {
    if (this.#waiting.size === 0) return null;
    const takenAt = new Date();
    try {
      const found = await this.#recipeOf(release);
      const key = found === null ? '' : keyOf(found.recipe);
      const warm = this.#waiting.get(key);
      if (found === null || warm === undefined) return null;
      // From here on it is nobody else's.
      this.#waiting.delete(key);
      const view = await this.context().engine.inspect(warm.containerId);
      if (!warm.alive || view?.state !== 'running') {
        await endWarm(this.context(), warm);
        return null;
      }
      const taken = { warm, file: found.file, files: found.files, takenAt };
      this.#taken.set(warm.id, taken);
      this.#owners.set(warm.id, app.id);
      return taken;
    } catch (error) {
      this.context().warn(`The warm pool was not asked: ${messageOf(error)}`, { appId: app.id });
      return null;
    }
  }

  /** Whoever starts the instance gets what was taken for it, once. */
  claim(instanceId: string): TakenInstance | null {
    const taken = this.#taken.get(instanceId) ?? null;
    this.#taken.delete(instanceId);
    return taken;
  }

  /** Of what was taken nothing came. */
  async drop(instanceId: string): Promise<void> {
    const taken = this.claim(instanceId);
    this.#owners.delete(instanceId);
    if (taken !== null) await endWarm(this.context(), taken.warm);
  }

  /** By level: ends what nobody wants any more or what died, and makes what is missing. */
  async look(instanceIds: ReadonlySet<string>): Promise<void> {
    for (const id of this.#owners.keys()) if (!instanceIds.has(id)) this.#owners.delete(id);
    if (this.#wanted.size + this.#waiting.size === 0) return;
    const now = Date.now();
    for (const [key, { until }] of this.#wanted) if (until < now) this.#wanted.delete(key);
    const scarce = this.#isScarce();
    for (const [key, warm] of this.#waiting) {
      if (warm.alive && this.#wanted.has(key) && !scarce) continue;
      this.#waiting.delete(key);
      // What died while it waited would die again: the next function asks anew.
      if (!warm.alive) this.#wanted.delete(key);
      await endWarm(this.context(), warm);
    }
    this.#fillSoon();
  }

  /** Lets go of what waits: their input ends, and so do they. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#filling;
    for (const { attachment } of this.#waiting.values()) attachment.close();
    this.#waiting.clear();
  }

  async #recipeOf(
    release: RunRelease,
  ): Promise<{ recipe: WarmRecipe; file: string; files: FunctionImage['files'] } | null> {
    const found = functionOf(release.processes['web'] ?? []);
    if (found === null) return null;
    const config = openReleaseConfig(this.context().sealer, release);
    if (Object.keys(config).some(mattersAtStart)) return null;
    const image = await this.#images.read(release.image, found.kind);
    if (image === null) return null;
    const { files, ...rest } = image;
    const { memoryMb, cpus, pids, graceSeconds } = release;
    const recipe = { kind: found.kind, image: rest, limits: { memoryMb, cpus, pids }, graceSeconds };
    return { recipe, file: found.file, files };
  }

  #isScarce(): boolean {
    const { available, total } = this.memory();
    return available < total * freeShare;
  }

  #fillSoon(): void {
    if (this.#timer !== null || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#filling ??= this.#fill()
        .catch((error: unknown) => this.context().warn(`The warm pool was not filled: ${messageOf(error)}`))
        .finally(() => (this.#filling = null));
    }, fillAfterMs).unref();
  }

  /** The newest wishes first; what is above the bound gives way to them. */
  async #fill(): Promise<void> {
    const wishes = [...this.#wanted]
      .sort(([, one], [, other]) => other.until - one.until)
      .slice(0, this.most);
    const keep = new Set(wishes.map(([key]) => key));
    for (const [key, warm] of this.#waiting) {
      if (keep.has(key)) continue;
      this.#waiting.delete(key);
      await endWarm(this.context(), warm);
    }
    for (const [key, { recipe }] of wishes) {
      if (this.#stopped || this.#waiting.has(key) || this.#isScarce()) continue;
      const id = randomUUID();
      this.#making = id;
      try {
        this.#waiting.set(key, await makeWarm(this.context(), recipe, id));
      } finally {
        this.#making = null;
      }
    }
  }
}
