import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { BareEngine } from '#bench/bare/engine.js';
import type { Bench } from '#bench/bench.js';
import { benchApp } from '#bench/bench-app.js';
import { Repository } from '#bench/repository.js';
import { firstText, now } from '#bench/visitor.js';
import { defaultLimits } from '#libs/core/limits.js';

export interface BareTimes {
  git: number;
  build: number;
  push: number;
  start: number;
  total: number;
}

/** What Berth builds for the bench app: taken from its own API, so that both build the same image. */
export interface Recipe {
  dockerfile: string;
  extraFiles: Record<string, string>;
  sourceFolder: string;
  command: string[];
}

/**
 * The same way by hand, each part alone and nothing in between: git push to a bare repository, BuildKit through the
 * Engine's API, push to the same registry, create and start with an address, first answer.
 */
export class BareParts {
  readonly #engine: BareEngine;
  readonly #repository: Repository;
  readonly #bare: string;
  readonly #recipe: Recipe;
  readonly #image: string;
  readonly #network: string;

  private constructor(
    engine: BareEngine,
    repository: Repository,
    bare: string,
    recipe: Recipe,
    registry: string,
  ) {
    this.#engine = engine;
    this.#repository = repository;
    this.#bare = bare;
    this.#recipe = recipe;
    const id = randomBytes(4).toString('hex');
    this.#image = `${registry}/bench/bare-${id}`;
    this.#network = `bench-${id}`;
  }

  static async prepare(bench: Bench, recipe: Recipe): Promise<BareParts> {
    const { env } = bench.platform;
    const repository = await Repository.create();
    bench.onEnd(() => repository.remove());
    const engine = new BareEngine(env['DOCKER_HOST'] ?? '');
    const parts = new BareParts(
      engine,
      repository,
      await repository.bareClone(),
      recipe,
      env['BERTH_REGISTRY'] ?? '',
    );
    await parts.#makeNetwork();
    bench.onEnd(() => parts.#end());
    return parts;
  }

  run(version: string): Promise<BareTimes> {
    return this.runFiles(benchApp(version), version);
  }

  /** An app of any files, whose answer has `version` in it. */
  async runFiles(files: Record<string, string>, version: string): Promise<BareTimes> {
    await this.#repository.commit(files, version);
    const begin = now();
    await this.#repository.pushTo(this.#bare);
    const pushed = now();
    await this.#engine.call(
      'POST',
      `/build?version=2&t=${encodeURIComponent(`${this.#image}:latest`)}`,
      this.#context(files),
    );
    const built = now();
    const auth = { 'X-Registry-Auth': Buffer.from('{}').toString('base64') };
    await this.#engine.call('POST', `/images/${this.#image}/push?tag=latest`, undefined, auth);
    const stored = now();
    const container = await this.#create();
    try {
      const answered = await this.#startAndAnswer(container, version);
      return {
        git: pushed - begin,
        build: built - pushed,
        push: stored - built,
        start: answered - stored,
        total: answered - begin,
      };
    } finally {
      await this.#engine.call('DELETE', `/containers/${container}?force=1`);
    }
  }

  async #create(): Promise<string> {
    const answer = await this.#engine.call('POST', '/containers/create', {
      Image: `${this.#image}:latest`,
      Env: ['PORT=8000'],
      ...(this.#recipe.command.length > 0 ? { Cmd: this.#recipe.command } : {}),
      HostConfig: {
        NetworkMode: this.#network,
        Init: true,
        LogConfig: { Type: 'local', Config: {} },
        // As Berth's own, of which an instance that starts has no limit of CPU.
        Memory: defaultLimits.memoryMb * 1024 * 1024,
        MemorySwap: defaultLimits.memoryMb * 1024 * 1024,
        PidsLimit: defaultLimits.pids,
      },
    });
    return (JSON.parse(answer) as { Id: string }).Id;
  }

  async #startAndAnswer(container: string, version: string): Promise<number> {
    await this.#engine.call('POST', `/containers/${container}/start`);
    const view = JSON.parse(await this.#engine.call('GET', `/containers/${container}/json`)) as {
      NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
    };
    const address = view.NetworkSettings.Networks[this.#network]?.IPAddress ?? '';
    return firstText({ address, port: 8000 }, version, {
      timeoutMs: 120_000,
      everyMs: 5,
    });
  }

  #context(source: Record<string, string>) {
    const tar = pack();
    const { dockerfile, extraFiles, sourceFolder } = this.#recipe;
    const own = Object.entries(source).map(([path, text]) => [join(sourceFolder, path), text] as const);
    const files = { ...Object.fromEntries(own), ...extraFiles, Dockerfile: dockerfile };
    for (const [name, content] of Object.entries(files))
      tar.entry({ name, mtime: new Date(0), uid: 0, gid: 0 }, content);
    tar.finalize();
    return tar;
  }

  /** A subnet that nothing else is likely to have, another Engine of this machine neither; tries others when it is taken. */
  async #makeNetwork(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const third = randomInt(256);
      const config = { Subnet: `10.253.${third}.0/24`, Gateway: `10.253.${third}.1` };
      try {
        await this.#engine.call('POST', '/networks/create', {
          Name: this.#network,
          Driver: 'bridge',
          IPAM: { Config: [config] },
        });
        return;
      } catch (error) {
        if (tries === 10) throw error;
      }
    }
  }

  async #end(): Promise<void> {
    await this.#engine.call('DELETE', `/networks/${this.#network}`);
    await this.#engine.call('DELETE', `/images/${this.#image}:latest?force=1`).catch(() => undefined);
  }
}
