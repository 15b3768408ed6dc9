import {
  diagnoseStart,
  isLoopback,
  type StartEvidence,
  type StartFailure,
} from '#libs/core/start-diagnosis.js';
import type { ContainerEngine, ContainerSockets } from '#libs/engine/port.js';
import type { EngineWatch } from '../engine-watch.js';
import { acceptsConnection, healthStatus } from './probe.js';

/** What a started container has to do to count as ready. */
export interface ReadinessInput {
  containerId: string;
  process: string;
  address: string;
  /** null: this process type listens nowhere; it is ready when it has run for a moment. */
  port: number | null;
  healthPath: string | null;
  host: string;
  /** It speaks HTTP/2 without TLS. */
  h2c: boolean;
  memoryMb: number;
  startTimeoutSeconds: number;
  startedAt: Date;
  signal: AbortSignal;
}

export type Readiness =
  | { ready: true; at: Date; checks: number }
  | { ready: false; failure: StartFailure; exitCode: number | null };

/** A process without a port is ready when it has run for this long. */
const steadyMs = 1_000;
/** How often the container is inspected and its sockets are read while it does not answer. */
const inspectEveryMs = 500;

/**
 * Waits until the app answers, or it is clear that it will not and why. Asks every 10 ms at first: most apps listen
 * within 200 ms, and that wait is part of every deployment. Rejects when the signal aborts or the engine is away.
 */
export async function awaitReady(
  engine: ContainerEngine,
  watch: EngineWatch,
  input: ReadinessInput,
): Promise<Readiness> {
  const evidence = new Evidence(engine, watch, input);
  const stopListening = watch.onEnd(input.containerId, () => evidence.ended());
  try {
    for (let checks = 1; ; checks += 1) {
      input.signal.throwIfAborted();
      if (await answers(input, evidence)) return { ready: true, at: new Date(), checks };
      const failure = await evidence.judge();
      if (failure !== null) return { ready: false, failure, exitCode: evidence.exitCode };
      await evidence.pause(intervalMs(evidence.waitedMs));
    }
  } finally {
    stopListening();
  }
}

/** Between two checks: 10 ms in the first two seconds, then 50 ms, after ten seconds 250 ms. */
export function intervalMs(waitedMs: number): number {
  if (waitedMs < 2_000) return 10;
  return waitedMs < 10_000 ? 50 : 250;
}

async function answers(input: ReadinessInput, evidence: Evidence): Promise<boolean> {
  const { address, port, healthPath } = input;
  if (port === null) return evidence.waitedMs >= steadyMs && (await evidence.stillRuns());
  if (!(await acceptsConnection(address, port))) return false;
  if (healthPath === null) return true;
  const status = await healthStatus({ address, port, path: healthPath, host: input.host, h2c: input.h2c });
  evidence.lastHealth = String(status);
  return typeof status === 'number' && status >= 200 && status < 400;
}

/** Collects what is known of a start, cheaply: the engine is asked twice a second, or when it says that all is over. */
class Evidence {
  lastHealth: string | null = null;
  exitCode: number | null = null;
  #lastInspect = Date.now();
  #wrongSince: number | null = null;
  #wrongPorts = '';
  #end = false;
  #wake: (() => void) | null = null;

  constructor(
    private readonly engine: ContainerEngine,
    private readonly watch: EngineWatch,
    private readonly input: ReadinessInput,
  ) {}

  get waitedMs(): number {
    return Date.now() - this.input.startedAt.getTime();
  }

  /** The engine told that the container ended. */
  ended(): void {
    this.#end = true;
    this.#wake?.();
  }

  async judge(): Promise<StartFailure | null> {
    const timeIsUp = this.waitedMs >= this.input.startTimeoutSeconds * 1000;
    if (!this.#end && !timeIsUp && Date.now() - this.#lastInspect < inspectEveryMs) return null;
    this.#lastInspect = Date.now();
    const ended = await this.#ended();
    if (ended !== null) this.exitCode = ended.exitCode;
    const sockets = ended === null ? await this.engine.sockets(this.input.containerId) : null;
    return diagnoseStart(this.#evidence(ended, sockets));
  }

  async stillRuns(): Promise<boolean> {
    return (await this.engine.inspect(this.input.containerId))?.state === 'running';
  }

  /** Waits, but no longer than until the container ends. */
  pause(ms: number): Promise<void> {
    if (this.#end) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }

  async #ended(): Promise<StartEvidence['ended']> {
    const view = await this.engine.inspect(this.input.containerId);
    if (view === null) return { exitCode: null, oomKilled: false };
    if (view.state === 'running' || view.state === 'paused') return null;
    return { exitCode: view.exitCode, oomKilled: view.oomKilled || this.watch.sawOom(view.id) };
  }

  #evidence(ended: StartEvidence['ended'], sockets: ContainerSockets | null): StartEvidence {
    const { process, port, healthPath, memoryMb, startTimeoutSeconds } = this.input;
    return {
      process,
      port: port ?? 0,
      healthPath,
      memoryMb,
      startTimeoutSeconds,
      waitedMs: this.waitedMs,
      ended,
      listening: port === null ? null : this.#listening(sockets, port),
      wrongSinceMs: this.#wrongSince === null ? 0 : Date.now() - this.#wrongSince,
      lastHealth: this.lastHealth,
    };
  }

  /** Listening sockets of the app; notes since when the same ones, none of them the right one, are open. */
  #listening(sockets: ContainerSockets | null, port: number): ContainerSockets['listening'] | null {
    // The engine's resolver listens on 127.0.0.11 inside every container of a user-defined network.
    const own = sockets?.listening.filter((socket) => socket.address !== '127.0.0.11') ?? null;
    const right = own?.some((socket) => socket.port === port && !isLoopback(socket.address)) ?? true;
    const ports = (own ?? [])
      .map((socket) => `${socket.address}:${socket.port}`)
      .sort()
      .join();
    if (right || ports === '') this.#wrongSince = null;
    else if (ports !== this.#wrongPorts || this.#wrongSince === null) this.#wrongSince = Date.now();
    this.#wrongPorts = ports;
    return own;
  }
}
