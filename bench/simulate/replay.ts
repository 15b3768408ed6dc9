import { tickSeconds, type Scaler } from '#bench/simulate/scalers.js';
import type { Arrival } from '#bench/simulate/traces.js';

/** An app as the replay knows it. */
export interface ModelApp {
  /** Requests that one instance takes at a time; the others wait. */
  concurrency: number;
  /** So many wait at most, so long at most; then they are refused. As the activator holds them. */
  held: number;
  heldSeconds: number;
}

export interface Replayed {
  requests: number;
  refused: number;
  /** Seconds from arrival to an instance, sorted; of those that were not refused. */
  waits: number[];
  /** Ready or starting: what is paid for. */
  instanceSeconds: number;
  most: number;
  /** How often the number that is wanted changed. */
  changes: number;
}

interface Instance {
  readyAt: number;
  inFlight: number;
  leaving: boolean;
}

/** Replays requests against instances that a scaler adds and takes away. Single steps, no clock: the same every time. */
export function replay(
  arrivals: readonly Arrival[],
  seconds: number,
  scaler: Scaler,
  app: ModelApp,
): Replayed {
  const result: Replayed = {
    requests: arrivals.length,
    refused: 0,
    waits: [],
    instanceSeconds: 0,
    most: 0,
    changes: 0,
  };
  const instances = new Set<Instance>();
  const queue: Arrival[] = [];
  const ends = new EndHeap();
  let wanted = 0;
  let now = 0;
  /** Integral of requests in flight or waiting since the last tick. */
  let demand = 0;
  let inFlight = 0;

  const pass = (to: number) => {
    demand += (inFlight + queue.length) * (to - now);
    result.instanceSeconds += instances.size * (to - now);
    now = to;
  };
  const freest = (): Instance | null => {
    let best: Instance | null = null;
    for (const one of instances) {
      if (one.leaving || one.readyAt > now || one.inFlight >= app.concurrency) continue;
      if (best === null || one.inFlight < best.inFlight) best = one;
    }
    return best;
  };
  const admit = () => {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      const instance = freest();
      if (now - first.at > app.heldSeconds) result.refused += 1;
      else if (instance === null) return;
      else {
        result.waits.push(now - first.at);
        instance.inFlight += 1;
        inFlight += 1;
        ends.add({ at: now + first.seconds, instance });
      }
      queue.shift();
    }
  };
  const scaleTo = (count: number) => {
    if (count !== wanted) result.changes += 1;
    wanted = count;
    const serving = [...instances].filter((one) => !one.leaving);
    for (let more = serving.length; more < count; more += 1)
      instances.add({ readyAt: now + (now === 0 ? 0 : scaler.startSeconds), inFlight: 0, leaving: false });
    // The youngest go first, as in the reconciler; what is in flight on them finishes.
    for (const one of serving.slice(count)) {
      one.leaving = true;
      if (one.inFlight === 0) instances.delete(one);
    }
    result.most = Math.max(result.most, instances.size);
  };
  const tick = () => {
    const ready = [...instances].filter((one) => !one.leaving && one.readyAt <= now).length;
    const concurrency = demand / tickSeconds;
    demand = 0;
    scaleTo(scaler.decide({ seconds: now, ready, wanted, concurrency }));
  };

  const starts = () =>
    Math.min(Infinity, ...[...instances].filter((one) => one.readyAt > now).map((one) => one.readyAt));
  let next = 0;
  let nextTick = 0;
  while (now < seconds || queue.length > 0 || inFlight > 0) {
    const at = Math.min(arrivals[next]?.at ?? Infinity, ends.first, nextTick, starts());
    pass(at);
    if (at === nextTick) {
      tick();
      nextTick += tickSeconds;
    } else if (at === ends.first) {
      const { instance } = ends.take();
      instance.inFlight -= 1;
      inFlight -= 1;
      if (instance.leaving && instance.inFlight === 0) instances.delete(instance);
    } else if (at === arrivals[next]?.at) {
      const arrival = arrivals[next] as Arrival;
      next += 1;
      if (queue.length >= app.held) result.refused += 1;
      else queue.push(arrival);
    }
    admit();
  }
  result.waits.sort((a, b) => a - b);
  return result;
}

interface End {
  at: number;
  instance: Instance;
}

/** Requests that an instance works on, the one that ends first on top. */
class EndHeap {
  readonly #ends: End[] = [];

  get first(): number {
    return this.#ends[0]?.at ?? Infinity;
  }

  add(end: End): void {
    const ends = this.#ends;
    let index = ends.push(end) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  take(): End {
    const ends = this.#ends;
    const [first] = ends;
    const last = ends.pop();
    if (first === undefined || last === undefined) throw new Error('Nothing is in flight.');
    if (ends.length === 0) return first;
    ends[0] = last;
    for (let index = 0; ;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (this.#at(child) < this.#at(least)) least = child;
      if (least === index) return first;
      this.#swap(index, least);
      index = least;
    }
  }

  #at(index: number): number {
    return this.#ends[index]?.at ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#ends[a] as End, this.#ends[b] as End];
    this.#ends[a] = other;
    this.#ends[b] = one;
  }
}
