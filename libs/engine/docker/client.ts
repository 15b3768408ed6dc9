import { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { EngineError } from '../port.js';
import { statusOf, toEngineError } from './errors.js';
import { negotiate, oldestUsable } from './negotiate.js';

/** docker-modem takes an agent; its types do not say so. */
type ModemOptions = Docker.DockerOptions & { agent?: Agent };

/** Where an Engine is, from `DOCKER_HOST`: unix:///path or tcp://host:port. */
export interface EngineAddress {
  options: ModemOptions;
  /** false when the Engine's processes are not in this machine's /proc. */
  local: boolean;
}

export function parseDockerHost(dockerHost: string): EngineAddress {
  if (dockerHost.startsWith('unix://')) {
    return { options: { socketPath: dockerHost.slice('unix://'.length) }, local: true };
  }
  const url = new URL(dockerHost);
  if (!['tcp:', 'http:'].includes(url.protocol)) {
    throw new EngineError(
      'unreachable',
      `DOCKER_HOST must be unix:///path or tcp://host:port, not ${url.protocol}//….`,
    );
  }
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return { options: { host: url.hostname, port: url.port || 2375, protocol: 'http' }, local: loopback };
}

/**
 * docker-modem formats the options of every call for a debug line that nobody reads, to any depth: with an ordinary agent
 * that is every open socket, and most of an idle runtime's CPU time.
 */
class PlainAgent extends Agent {
  [inspect.custom](): string {
    return 'Agent';
  }
}

/** An Engine's API at the version negotiated with it; asks again after the Engine was out of reach (it may have been replaced). */
export class DockerClient {
  readonly local: boolean;
  readonly #options: ModemOptions;
  #negotiated: Promise<Docker> | null = null;

  constructor(dockerHost: string) {
    const { options, local } = parseDockerHost(dockerHost);
    this.local = local;
    // Kept connections save a connect for each call; followed logs hold one each, so no limit.
    this.#options = { ...options, agent: new PlainAgent({ keepAlive: true, maxFreeSockets: 8, timeout: 0 }) };
  }

  /** Runs one call; failures come as `EngineError`, except those whose HTTP status `expected` names: null then. */
  async call<T>(
    doing: string,
    run: (docker: Docker) => Promise<T>,
    expected: number[] = [],
  ): Promise<T | null> {
    try {
      return await run(await this.#docker());
    } catch (error) {
      const status = statusOf(error);
      if (status !== null && expected.includes(status)) return null;
      const mapped = toEngineError(error, doing);
      if (mapped.code === 'unreachable') this.#negotiated = null;
      throw mapped;
    }
  }

  /** A call that has no expected failure. */
  async must<T>(doing: string, run: (docker: Docker) => Promise<T>): Promise<T> {
    return (await this.call(doing, run)) as T;
  }

  /** A GET whose body is read as it comes, for paths that dockerode would buffer. */
  stream(
    doing: string,
    path: string,
    query: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Readable> {
    return this.must(
      doing,
      (docker) =>
        new Promise<Readable>((resolve, reject) => {
          docker.modem.dial(
            {
              path: `${path}?`,
              method: 'GET',
              options: query,
              isStream: true,
              abortSignal: signal,
              statusCodes: { 200: true, 404: 'no such object', 500: 'server error' },
            },
            (error: unknown, body: unknown) => (error ? reject(error) : resolve(body as Readable)),
          );
        }),
    );
  }

  #docker(): Promise<Docker> {
    this.#negotiated ??= this.#negotiate();
    return this.#negotiated;
  }

  async #negotiate(): Promise<Docker> {
    // Without a version in the path every Engine answers /version.
    const version = await new Docker(this.#options).version();
    const chosen = negotiate(version.ApiVersion, version.MinAPIVersion);
    if (chosen === null) {
      throw new EngineError(
        'engine_failed',
        `The container engine speaks API ${version.ApiVersion}; Berth needs ${oldestUsable} (Docker 20.10) or newer.`,
      );
    }
    return new Docker({ ...this.#options, version: `v${chosen}` });
  }
}
