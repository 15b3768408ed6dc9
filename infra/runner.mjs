import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { backoffMs, steadyMs } from './lib/backoff.mjs';
import { KeptSockets } from './lib/kept-sockets.mjs';
import { messageOf } from './lib/problem.mjs';
import { identify, isAlive, spawnDetached, stopProcess } from './lib/processes.mjs';
import { isOwn } from './parts/part.mjs';

const pollMs = 250;
const readyPollMs = 50;
const readyLimitMs = 90_000;
/** What died so often without having been ready will not be soon: nobody is to wait for it. */
const hopeless = 5;

/**
 * Keeps one part running: `want` makes it run (adopting it when it does already), whatever ends is started again with
 * growing pauses. State: stopped, starting, ready, waiting (it died; a restart is due), failed (it will not come up).
 */
export class Runner {
  state = 'stopped';
  lastError = null;
  version = null;
  restarts = 0;
  since = null;
  /** Since it was last ready. */
  deaths = 0;
  /** Counts up at every change of mind; a loop that finds another number ends. */
  turn = 0;
  /** Resolves (to false) when the process that we started ourselves ends; of one that we took over nobody tells us. */
  exit = null;

  constructor(part, records, log) {
    this.part = part;
    this.sockets = part.keepsSockets ? new KeptSockets() : null;
    this.records = records;
    this.log = (text) => log(`${part.name}: ${text}`);
  }

  status() {
    const identity = this.records.entry(this.part.name).identity;
    return {
      state: this.state,
      pid: identity && isAlive(identity) ? identity.pid : null,
      version: this.version,
      restarts: this.restarts,
      since: this.since,
      error: this.lastError,
    };
  }

  want(copy) {
    if (this.state !== 'stopped' && this.state !== 'failed') {
      this.copy = copy;
      return;
    }
    this.copy = copy;
    this.state = 'starting';
    this.lastError = null;
    this.loop(++this.turn).catch((error) => this.fail(messageOf(error)));
  }

  /** Starts the process anew from what is on disk now: the old one goes first, or last where two can overlap. */
  async restart(copy) {
    this.turn++;
    const { identity } = this.records.entry(this.part.name);
    if (this.part.overlap && isAlive(identity)) {
      await this.records.put(this.part.name, { identity: null });
      this.state = 'stopped';
      this.want(copy);
      // In the background: the old one ends when its last visitor has gone.
      this.handOver(identity).catch((error) => this.log(messageOf(error)));
      return;
    }
    await stopProcess(identity, this.part.stop);
    this.state = 'stopped';
    this.want(copy);
  }

  async handOver(old) {
    const turn = this.turn;
    while (turn === this.turn && this.state !== 'ready') await delay(readyPollMs);
    await stopProcess(old, { graceMs: this.part.stop.drainMs });
  }

  /** Lets go of the process without ending it. */
  release() {
    this.turn++;
  }

  fail(message) {
    this.state = 'failed';
    this.lastError = message;
    this.log(message);
  }

  async loop(turn) {
    await this.records.put(this.part.name, { wanted: true });
    if (!isOwn(this.copy, this.part)) return this.watchExternal(turn);
    for (let inRow = 0; turn === this.turn;) {
      const startedAt = Date.now();
      await this.once(turn).catch((error) => (this.lastError = messageOf(error)));
      if (turn !== this.turn) return;
      inRow = Date.now() - startedAt > steadyMs ? 0 : inRow + 1;
      if (++this.deaths >= hopeless) this.sockets?.close();
      this.restarts++;
      this.state = 'waiting';
      this.lastError ??= `It ended ${Math.round((Date.now() - startedAt) / 100) / 10} s after its start.`;
      this.log(this.lastError);
      await delay(backoffMs(inRow, this.deaths === 1));
      if (turn === this.turn) this.state = 'starting';
    }
  }

  /** One life of the process: adopted or started, ready, ended. */
  async once(turn) {
    const identity = (await this.adopted()) ?? (await this.spawn());
    this.since = identity.since;
    const isReady = await this.waitReady(turn, identity);
    if (turn !== this.turn) return;
    if (isReady) {
      this.state = 'ready';
      this.deaths = 0;
      await this.ended(turn, identity);
    }
    if (turn === this.turn) await stopProcess(identity, this.part.stop);
  }

  /** The process of an earlier supervisor, or one that runs without a record of ours. */
  async adopted() {
    const { identity } = this.records.entry(this.part.name);
    this.exit = null;
    if (identity && isAlive(identity)) return identity;
    const pid = await this.part.pid?.(this.copy);
    const found = pid ? identify(pid) : null;
    if (found) await this.records.put(this.part.name, { identity: found });
    return found;
  }

  async spawn() {
    await this.part.before?.(this.copy);
    const { command, args, env, cwd } = await this.part.command(this.copy);
    const logFile = join(this.copy.logs, `${this.part.name}.log`);
    const how = { env: env ?? process.env, cwd, logFile, sockets: this.sockets };
    const { child, identity } = await spawnDetached({ command, args, ...how });
    this.exit = new Promise((resolve) => child.once('exit', () => resolve(false)));
    await this.records.put(this.part.name, {
      identity,
      settings: this.part.settingsKey?.(this.copy) ?? null,
    });
    this.log(`started as pid ${identity.pid}`);
    return identity;
  }

  async waitReady(turn, identity) {
    const deadline = Date.now() + readyLimitMs;
    while (turn === this.turn && Date.now() < deadline) {
      if (!isAlive(identity)) {
        this.lastError = 'It ended before it was ready.';
        return false;
      }
      // A kept socket takes the question, and holds it for as long as nobody listens.
      if (await Promise.race([this.isReady(identity), ...(this.exit ? [this.exit] : [])])) {
        this.lastError = null;
        return true;
      }
      await delay(readyPollMs);
    }
    this.lastError = `It was not ready after ${readyLimitMs / 1000} s.`;
    return false;
  }

  async isReady(identity = null) {
    try {
      const answer = await this.part.ready(this.copy, identity);
      if (answer?.version) this.version = answer.version;
      return Boolean(answer);
    } catch {
      return false;
    }
  }

  async ended(turn, identity) {
    if (this.exit) await this.exit;
    else while (turn === this.turn && isAlive(identity)) await delay(pollMs);
  }

  async watchExternal(turn) {
    while (turn === this.turn) {
      const isReady = await this.isReady();
      this.state = isReady ? 'ready' : 'waiting';
      this.lastError = isReady ? null : 'It does not answer.';
      await delay(isReady ? 2000 : 200);
    }
  }
}
