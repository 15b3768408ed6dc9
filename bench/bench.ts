import { Api } from '#bench/api.js';
import { benchApp } from '#bench/bench-app.js';
import type { Platform } from '#bench/platform.js';
import { Repository } from '#bench/repository.js';
import { firstAnswer } from '#bench/visitor.js';

/** What a row gets: a running platform, how often to repeat, and a place for what must be undone. */
export class Bench {
  readonly platform: Platform;
  readonly api: Api;
  /** Repetitions of what takes about a second; rows may scale it. */
  readonly n: number;
  /** `--long`: rows that have a long form run it. */
  readonly long: boolean;
  /** Of the loss row's size, this share: to try it. */
  readonly scale: number;
  readonly note: (text: string) => void;
  readonly #ends: (() => Promise<unknown> | unknown)[] = [];
  #version = 0;

  constructor(
    platform: Platform,
    how: { n: number; long: boolean; scale: number },
    note: (text: string) => void,
  ) {
    this.platform = platform;
    this.api = new Api(platform);
    this.n = how.n;
    this.long = how.long;
    this.scale = how.scale;
    this.note = note;
  }

  /** Where a visitor of the app goes. */
  edge(app: string): { port: number; host: string } {
    return { port: this.platform.port, host: `${app}.${this.platform.appsDomain}:${this.platform.port}` };
  }

  /** A version that no earlier one equals. */
  nextVersion(): string {
    this.#version += 1;
    return `v${this.#version}-${Date.now()}`;
  }

  /** Pushes the bench app under this name and waits until it answers. */
  async deploy(app: string): Promise<Repository> {
    const repository = await Repository.create();
    this.onEnd(() => repository.remove());
    this.onEnd(() => this.api.remove(app).catch(() => undefined));
    const version = this.nextVersion();
    await repository.commit(benchApp(version), 'First version');
    await repository.push(this.platform, app, true);
    await firstAnswer(this.edge(app), (who) => who.version === version, { timeoutMs: 120_000 });
    // Rows that are not about sleep must not meet it.
    await this.api.setSleep(app, { enabled: false });
    return repository;
  }

  /** Waits until the deployment is live. Throws when it ends otherwise. */
  async live(app: string, number: number): Promise<void> {
    for (;;) {
      const deployment = await this.api.deployment(app, number);
      if (deployment.status === 'live') return;
      if (['failed', 'cancelled', 'superseded'].includes(deployment.status)) {
        throw new Error(`${app} #${number} is ${deployment.status}: ${deployment.error?.message ?? ''}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  onEnd(end: () => Promise<unknown> | unknown): void {
    this.#ends.push(end);
  }

  /** Undoes what the last row made: all of it, whatever fails on the way. Throws the first of what failed. */
  async tidy(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#ends.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
