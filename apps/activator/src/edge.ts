import type { Agent } from 'node:http';
import type { EdgeStats, RouteInstance, RouteTable, RouteTarget } from '#libs/contracts/edge.js';
import type { WakeReply } from '#libs/contracts/runtime-api.js';
import { steadyNow } from '#libs/core/steady-clock.js';
import { Demand } from '#apps/activator/src/demand.js';
import { forward, type Attempt, type ForwardOptions } from '#apps/activator/src/forward.js';
import type { Limits } from '#apps/activator/src/limits.js';
import { LiveTable } from '#apps/activator/src/live-table.js';
import * as refusal from '#apps/activator/src/refusal.js';
import type { Refusal } from '#apps/activator/src/refusal.js';
import { refuse } from '#apps/activator/src/refuse.js';
import type { Upstream } from '#apps/activator/src/upstream.js';
import { Upstreams } from '#apps/activator/src/upstreams.js';
import type { Visit } from '#apps/activator/src/visit.js';
import { answerAsleep, isAnsweredAsleep, pageAt } from '#apps/activator/src/while-asleep.js';
import { WaitingRoom, type WaitOutcome } from '#apps/activator/src/waiting-room.js';
import { ofRelease, Splits, type Choice } from '#apps/activator/src/splits.js';
import { pinnedRelease } from '#apps/activator/src/pinned-release.js';
import { isSame, Wakes, type Start, type Wanted } from '#apps/activator/src/wakes.js';

export interface EdgeOptions {
  limits: Limits;
  scheme: 'http' | 'https';
  /** Clone URL of an app, for the page that says how to push. */
  gitUrl: (app: string) => string;
  /** Has a sleeping app woken, or one release of its past. */
  wake: (wanted: Wanted) => Promise<WakeReply>;
}

/** What the activator knows and does, apart from its sockets: table in, visits answered, counters out. */
export class Edge {
  readonly #options: EdgeOptions;
  readonly #table = new LiveTable();
  readonly #upstreams: Upstreams;
  readonly #starting: WaitingRoom;
  readonly #asleep: WaitingRoom;
  readonly #unreachable: WaitingRoom;
  /** For a place in an instance, where each takes so many at a time. */
  readonly #full: WaitingRoom;
  readonly #demand = new Demand();
  readonly #wakes: Wakes;
  readonly #splits = new Splits();

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#upstreams = new Upstreams(options.limits);
    this.#starting = new WaitingRoom({ capacity: options.limits.heldPerApp });
    this.#asleep = new WaitingRoom({ capacity: options.limits.heldPerApp });
    this.#unreachable = new WaitingRoom({ capacity: options.limits.heldPerApp });
    this.#full = new WaitingRoom({
      capacity: options.limits.queuedPerApp,
      inAll: options.limits.queuedInAll,
    });
    this.#wakes = new Wakes(
      options.wake,
      ({ appId }) => this.#asleep.wakeWhere((host) => this.#table.lookup(host)?.appId === appId),
      options.limits.rewakeMs,
    );
    this.#table.onChange(() => this.#afterChange());
  }

  get version(): { epoch: number; generation: number } {
    return this.#table.version;
  }

  get table(): RouteTable {
    return this.#table.table;
  }

  apply(table: RouteTable): 'applied' | 'older' {
    return this.#table.apply(table);
  }

  /** Where the instances are that serve a host now. */
  addresses(host: string): string[] {
    return this.#table.lookup(host)?.instances.map((instance) => instance.address) ?? [];
  }

  /** Calls back after each table that is taken over. */
  onTable(listener: (table: RouteTable) => void): void {
    this.#table.onChange(() => listener(this.#table.table));
  }

  stats(): EdgeStats {
    return {
      ...this.#table.version,
      instances: this.#upstreams.stats(),
      apps: this.#demand.stats(),
    };
  }

  /** Answers one visit, from the app or with a page of its own. Never rejects. */
  async serve(visit: Visit): Promise<void> {
    const hold: Hold = { leave: null, turnIn: null, choice: null };
    const answer = await this.#answer(visit, hold);
    hold.leave?.();
    this.#passTurn(hold);
    if (answer !== 'done') refuse(visit, answer);
  }

  async #answer(visit: Visit, hold: Hold): Promise<Refusal | 'done'> {
    if (!isPath(visit.request.url)) return refusal.badRequest();
    const arrivedAt = steadyNow();
    const deadline = arrivedAt + this.#options.limits.holdMs;
    let unreachableSince: number | null = null;
    let fresh = false;
    const refusedBy = new Set<string>();
    let start: Start = 'warm';
    const pinned = pinnedRelease(visit.request);

    for (;;) {
      if (visit.gone.aborted) return 'done';
      const host = this.#table.hostOf(visit.host, pinned);
      let target = this.#table.lookup(host);
      if (target === null) return refusal.unknownHost(visit.asked);
      if (target.state === 'no-release')
        return refusal.noRelease(target.app, this.#options.gitUrl(target.app));
      if (target.state === 'failing') return refusal.failing(target.app, target.message);
      if (target.state === 'stopped') return refusal.stopped(target.app, target.message);
      if (isTooLarge(visit, target)) return refusal.bodyTooLarge(target.app, target.bodyBytes ?? 0);
      if (target.state === 'asleep') {
        const wanted = wantedBy(target);
        const awake = this.#wakes.current(wanted);
        if (awake === null) {
          if (isAnsweredAsleep(visit.request, target.whileAsleep)) {
            answerAsleep(visit.response);
            return 'done';
          }
          start = 'frozen';
          this.#enter(target, hold);
          if (this.#wakes.thaw(wanted, target.frozen ?? [])) continue;
          const page = pageAt(visit.request, target.whileAsleep, arrivedAt);
          const end = await this.#untilAwake(wanted, host, visit, Math.min(deadline, page));
          if (end === 'timeout' && page < deadline) return refusal.waking(target.app);
          if (end === 'full') return refusal.busy(target.app);
          if (end === 'timeout') return refusal.stillStarting(target.app);
          continue;
        }
        target = { ...target, state: 'serving', instances: answering(target, awake) };
      }
      this.#enter(target, hold);
      if (target.state === 'starting') {
        start = 'cold';
        const page = pageAt(visit.request, target.whileAsleep, arrivedAt);
        const ms = Math.min(deadline, page) - steadyNow();
        const end = await this.#starting.wait(target.appId, host, ms, visit.gone);
        if (end === 'timeout' && page < deadline) return refusal.waking(target.app);
        if (end === 'full') return refusal.busy(target.app);
        if (end === 'timeout') return refusal.stillStarting(target.app);
        continue;
      }
      hold.choice = this.#splits.choose(target, visit.request.headers.cookie, hold.choice);
      const everybody = target;
      if (hold.choice !== null) target = ofRelease(target, hold.choice.release);
      if (!this.#upstreams.hasRoom(target.appId)) return refusal.busy(target.app);
      if (this.#mustQueue(target, refusedBy, hold)) {
        hold.turnIn = null;
        const end = await this.#full.wait(target.appId, host, deadline - steadyNow(), visit.gone);
        if (end === 'full' || end === 'timeout') return refusal.busy(target.app);
        if (end === 'changed') hold.turnIn = target.appId;
        continue;
      }

      // A release that takes no connection loses nobody while the other one does.
      const upstream = this.#upstreams.pick(target, refusedBy) ?? this.#upstreams.pick(everybody, refusedBy);
      if (upstream === null) {
        unreachableSince ??= steadyNow();
        if (steadyNow() - unreachableSince > this.#options.limits.unreachableMs)
          return refusal.unreachable(target.app);
        const end = await this.#unreachable.wait(
          target.appId,
          host,
          this.#options.limits.redialMs,
          visit.gone,
        );
        if (end === 'full') return refusal.unreachable(target.app);
        refusedBy.clear();
        continue;
      }
      hold.turnIn = null;
      const setCookie = hold.choice?.setCookie ?? null;
      const how = { fresh, start, setCookie, ...rulesOf(target) };
      const attempt = await this.#attempt(visit, upstream, how);
      if (attempt.end === 'answered' || attempt.end === 'gone') return 'done';
      if (attempt.end === 'too-slow') return refusal.tooSlow(target.app, target.requestSeconds ?? 0);
      if (attempt.end === 'too-large') return refusal.bodyTooLarge(target.app, target.bodyBytes ?? 0);
      if (attempt.end === 'broken') return refusal.brokenAnswer(target.app);
      if (attempt.end === 'unreachable') {
        refusedBy.add(upstream.instance.instanceId);
        this.#upstreams.avoid(upstream);
      }
      // A kept connection had died: the same again, once, on a new one.
      fresh = true;
    }
  }

  /** Is there no place in any instance, or does somebody wait for one who came before? */
  #mustQueue(target: RouteTarget, refusedBy: ReadonlySet<string>, hold: Hold): boolean {
    if (this.#upstreams.isFull(target, refusedBy)) return true;
    return hold.turnIn === null && this.#full.size(target.appId) > 0;
  }

  /** Who was called to a place and does not take it lets the next one have it. */
  #passTurn(hold: Hold): void {
    if (hold.turnIn !== null) this.#full.wakeFirst(hold.turnIn);
  }

  /** Waits a little for the app to be woken, and asks for it. `timeout` only when the visitor's own time is over. */
  async #untilAwake(
    wanted: Wanted,
    host: string | null,
    visit: Visit,
    deadline: number,
  ): Promise<WaitOutcome> {
    this.#wakes.begin(wanted);
    const ms = Math.min(this.#options.limits.rewakeMs, deadline - steadyNow());
    const end = await this.#asleep.wait(wanted.appId, host, ms, visit.gone);
    return end === 'timeout' && steadyNow() < deadline ? 'changed' : end;
  }

  /** It counts for its app's load from here on, unless it visits the past. */
  #enter(target: RouteTarget, hold: Hold): void {
    if (target.visit !== true) hold.leave ??= this.#demand.enter(target.appId);
  }

  async #attempt(
    visit: Visit,
    upstream: Upstream,
    how: Pick<ForwardOptions, 'fresh' | 'start' | 'setCookie'> & Rules,
  ): Promise<Attempt> {
    const single: Agent = this.#upstreams.single;
    const { limits, scheme } = this.#options;
    this.#upstreams.begin(upstream);
    const options = { limits, scheme, single, ...how };
    const attempt =
      upstream.instance.protocol === 'h2c'
        ? await (await h2c()).forwardH2c(visit, upstream, options)
        : await forward(visit, upstream, options);
    this.#upstreams.end(upstream);
    this.#full.wakeFirst(upstream.appId);
    const seconds = Number(process.hrtime.bigint() - visit.startedAt) / 1e9;
    if (attempt.end === 'answered') upstream.observe(seconds, attempt.failed);
    if (attempt.end === 'broken' || attempt.end === 'too-slow') upstream.observe(seconds, true);
    return attempt;
  }

  #asleepTarget(wanted: Wanted): RouteTarget | undefined {
    return Object.values(this.#table.table.hosts).find(
      (target) => target.state === 'asleep' && isSame(wantedBy(target), wanted),
    );
  }

  #afterChange(): void {
    this.#upstreams.prune(this.#table.table);
    this.#wakes.prune((wanted) => this.#asleepTarget(wanted));
    this.#asleep.wakeWhere((host) => this.#table.lookup(host)?.state !== 'asleep');
    this.#starting.wakeWhere((host) => this.#table.lookup(host)?.state !== 'starting');
    this.#unreachable.wakeWhere(() => true);
    // All at once, in their order: there may be more places now, or no limit. Who finds none queues again.
    this.#full.wakeWhere(() => true);
    const apps = new Set(Object.values(this.#table.table.hosts).map(({ appId }) => appId));
    this.#splits.prune((appId) => apps.has(appId));
  }
}

/** What an app's owner or files say of how its requests are passed on. */
type Rules = Pick<RouteTarget, 'requestSeconds' | 'bodyBytes'>;

/** HTTP/2 is loaded when the first app asks for it. */
const h2c = () => import('#apps/activator/src/forward-h2c.js');

/** What a visit holds while it is being answered. */
interface Hold {
  /** Takes it out of its app's demand. */
  leave: (() => void) | null;
  /** The app in whose queue it was called, until it takes the place. */
  turnIn: string | null;
  /** The release that was chosen for it, where visitors are split. */
  choice: Choice | null;
}

/** Whom a visitor of a sleeping target wants woken. */
function wantedBy({ appId, visit, releaseNumber }: RouteTarget): Wanted {
  return visit === true && releaseNumber !== null ? { appId, release: releaseNumber } : { appId };
}

/** Of what was woken, those that may answer for the target. */
function answering({ split, releaseNumber }: RouteTarget, awake: RouteInstance[]): RouteInstance[] {
  if (split !== undefined) return awake;
  return awake.filter(({ release }) => release === undefined || release === releaseNumber);
}

/** Does the visitor say beforehand that the body is larger than the app takes? Others are counted as they come. */
function isTooLarge({ request }: Visit, { bodyBytes }: RouteTarget): boolean {
  return bodyBytes !== undefined && Number(request.headers['content-length'] ?? 0) > bodyBytes;
}

function rulesOf({ requestSeconds, bodyBytes }: RouteTarget): Rules {
  return {
    ...(requestSeconds !== undefined && { requestSeconds }),
    ...(bodyBytes !== undefined && { bodyBytes }),
  };
}

/** Origin form, or `*` of OPTIONS. Anything else names another server, which the activator is not a proxy for. */
function isPath(url: string | undefined): boolean {
  return url !== undefined && (url.startsWith('/') || url === '*');
}
