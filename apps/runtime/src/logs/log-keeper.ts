import { EventEmitter } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#libs/core/errors.js';
import { EngineError, type ContainerEngine, type LogLine } from '#libs/engine/port.js';
import { terminalText } from '#libs/core/terminal-text.js';
import { LogFile } from './log-file.js';
import type { InstanceLogLine } from './log-line.js';

/** Lines are written together when this much time has passed or so much has come. */
const flushMs = 50;
const flushLines = 500;
const flushChars = 512 * 1024;
/** A broken log stream is opened again after this. */
const retryMs = 1_000;
/** How long the end of a container's log is waited for before the container is removed. */
const lastWordsMs = 2_000;

/** Of what a one-off prints at a start; a dump that goes through a pipe must not push the app's own lines out. */
export const oneOffChars = 1024 * 1024;

const enough = 'Berth keeps no more of what this one-off prints: it is more than 1 MiB.';

/** Whose lines these are. */
export interface LogSource {
  appId: string;
  instanceId: string;
  process: string;
  release: number | null;
  containerId: string;
  /** Of a one-off. */
  oneOff?: { terminal: boolean };
  /** It has just been started: for the first time, or again. */
  begins?: 'new' | 'again';
}

/**
 * Copies what instances print to a file for each app, from where the last run stopped, and tells who listens. One
 * follower for each container; a follower that is slow to write holds only its own container's stream back.
 */
export class LogKeeper {
  readonly #files = new Map<string, LogFile>();
  readonly #followers = new Map<string, { abort: AbortController; done: Promise<void> }>();
  /** Containers that have printed all that is kept of them. */
  readonly #full = new Set<string>();
  readonly #lines = new EventEmitter<Record<string, [InstanceLogLine[]]>>().setMaxListeners(0);
  readonly #directory: string;

  constructor(
    private readonly engine: Pick<ContainerEngine, 'logs' | 'inspect'>,
    home: string,
    private readonly warn: (message: string) => void,
  ) {
    this.#directory = join(home, 'logs', 'apps');
  }

  /** Follows a container's log until the container ends; following it already is fine. */
  follow(source: LogSource): void {
    if (source.begins !== undefined) this.#full.delete(source.containerId);
    if (this.isFollowed(source.containerId)) return;
    const abort = new AbortController();
    const done = this.#run(source, abort.signal)
      .catch((error: unknown) => this.warn(`The log of an instance was lost: ${messageOf(error)}`))
      .finally(() => this.#followers.delete(source.containerId));
    this.#followers.set(source.containerId, { abort, done });
  }

  /** Is its log read already, or as long as it may become? */
  isFollowed(containerId: string): boolean {
    return this.#followers.has(containerId) || this.#full.has(containerId);
  }

  /** A line of Berth's own about what an app does, where whoever reads the log, or a drain, will find it. */
  async note(about: Omit<LogSource, 'containerId'>, text: string): Promise<void> {
    const { appId, instanceId: instance, process, release } = about;
    const at = new Date().toISOString();
    const lines: InstanceLogLine[] = [{ at, instance, process, release, stream: 'stderr', text }];
    await this.#file(appId).append(lines);
    this.#lines.emit(appId, lines);
  }

  /** Resolves when all that a container printed is written, or it takes too long. The container must have ended. */
  async written(containerId: string): Promise<void> {
    this.#full.delete(containerId);
    const follower = this.#followers.get(containerId);
    if (follower === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, lastWordsMs)));
    await Promise.race([follower.done, patience]);
    clearTimeout(timer);
    follower.abort.abort();
  }

  /** The newest lines of an app; see `LogFile.read`. */
  read(
    appId: string,
    tail: number,
    matches?: (line: InstanceLogLine) => boolean,
  ): Promise<InstanceLogLine[]> {
    return this.#file(appId).read(tail, matches);
  }

  /** Calls `listener` with lines of the app as they come; returns how to stop. */
  listen(appId: string, listener: (lines: InstanceLogLine[]) => void): () => void {
    this.#lines.on(appId, listener);
    return () => this.#lines.off(appId, listener);
  }

  /** Apps of which there are logs. */
  async apps(): Promise<string[]> {
    return readdir(this.#directory).catch(() => []);
  }

  /** Deletes an app's log. */
  async forget(appId: string): Promise<void> {
    if (!/^[0-9a-f-]{36}$/.test(appId)) throw new Error(`Not an app's id: ${appId}`);
    this.#files.delete(appId);
    await rm(join(this.#directory, appId), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    const all = [...this.#followers.values()];
    for (const { abort } of all) abort.abort();
    await Promise.all(all.map(({ done }) => done));
  }

  async #run(source: LogSource, signal: AbortSignal): Promise<void> {
    const file = this.#file(source.appId);
    let since = source.begins === 'new' ? undefined : ((await file.lastAt(source.instanceId)) ?? undefined);
    const terminal = source.oneOff?.terminal ?? false;
    let left = source.oneOff === undefined ? Infinity : oneOffChars;
    while (!signal.aborted) {
      const batch = new Batch(source, async (lines) => {
        await file.append(lines);
        this.#lines.emit(source.appId, lines);
      });
      try {
        const options = { follow: true, since, terminal, signal };
        for await (const line of this.engine.logs(source.containerId, options)) {
          since = line.at;
          const text = terminal ? terminalText(line.text) : line.text;
          // What only moved the cursor is nothing to read.
          if (text === '' && line.text !== '') continue;
          left -= text.length;
          if (left < 0) break;
          await batch.add({ ...line, text });
        }
        if (left < 0) {
          this.#full.add(source.containerId);
          await batch.add({ at: new Date().toISOString(), stream: 'stderr', text: enough });
        }
        return await batch.flush();
      } catch (error) {
        await batch.flush();
        const view = await this.engine.inspect(source.containerId).catch(() => undefined);
        if (view === null) return;
        if (!(error instanceof EngineError)) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  #file(appId: string): LogFile {
    const known = this.#files.get(appId);
    if (known !== undefined) return known;
    const file = new LogFile(join(this.#directory, appId));
    this.#files.set(appId, file);
    return file;
  }
}

/** Collects lines for a moment, so that a chatty app costs few writes. */
class Batch {
  #lines: InstanceLogLine[] = [];
  #chars = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly source: LogSource,
    private readonly write: (lines: InstanceLogLine[]) => Promise<void>,
  ) {}

  async add(line: LogLine): Promise<void> {
    const { instanceId, process, release, oneOff } = this.source;
    this.#lines.push({
      at: line.at,
      instance: instanceId,
      process,
      release,
      stream: line.stream,
      text: line.text,
      ...(oneOff && { oneOff: true }),
    });
    this.#chars += line.text.length;
    if (this.#lines.length >= flushLines || this.#chars >= flushChars) await this.flush();
    // A failed write shows at the next flush that is awaited.
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), flushMs);
  }

  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const lines = this.#lines;
    this.#lines = [];
    this.#chars = 0;
    if (lines.length > 0) this.#writing = this.#writing.then(() => this.write(lines));
    return this.#writing;
  }
}
