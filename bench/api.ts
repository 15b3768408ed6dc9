import { ask } from '#bench/http.js';
import type { Platform } from '#bench/platform.js';

export interface Step {
  name: string;
  outcome: string;
  startedAt: string;
  endedAt: string | null;
}

export interface Plan {
  dockerfile: string;
  extraFiles: Record<string, string>;
  /** Folder of the context in which the app's files lie. */
  sourceFolder: string;
  processes: Record<string, string[]>;
}

export interface Deployment {
  number: number;
  status: string;
  createdAt: string;
  endedAt: string | null;
  error: { code: string; message: string } | null;
  release: { number: number } | null;
  steps: Step[];
  build: { plan: Plan | null; imageBytes: number | null } | null;
}

export interface Instance {
  status: string;
  process: string;
  release: number;
  containerId: string | null;
  address: string | null;
  port: number | null;
}

/** The few calls of `/v1` that the rows need, as the administrator. Throws on any status but 2xx. */
export class Api {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async newestDeployment(app: string): Promise<Deployment> {
    const page = await this.#call<{ items: { number: number }[] }>(
      'GET',
      `/v1/apps/${app}/deployments?limit=1`,
    );
    const newest = page.items[0];
    if (newest === undefined) throw new Error(`${app} has no deployment.`);
    return this.deployment(app, newest.number);
  }

  deployment(app: string, number: number): Promise<Deployment> {
    return this.#call('GET', `/v1/apps/${app}/deployments/${number}`);
  }

  async retry(app: string, number: number): Promise<number> {
    const body = await this.#call<{ deployment: { number: number } }>('POST', `/v1/apps/${app}/deployments`, {
      retry: number,
    });
    return body.deployment.number;
  }

  async cancel(app: string, number: number): Promise<void> {
    await this.#call('POST', `/v1/apps/${app}/deployments/${number}/cancel`);
  }

  async rollBack(app: string, release: number): Promise<number> {
    const path = `/v1/apps/${app}/releases/${release}/rollback`;
    return (await this.#call<{ deployment: { number: number } }>('POST', path)).deployment.number;
  }

  /** Gives another release than the live one a share of the visitors. */
  async split(app: string, release: number, percent: number): Promise<void> {
    await this.#call('PUT', `/v1/apps/${app}/split`, { release, percent });
  }

  /** Number of the deployment that makes the release the live one. */
  async promote(app: string, release: number): Promise<number> {
    const path = `/v1/apps/${app}/releases/${release}/promote`;
    return (await this.#call<{ deployment: { number: number } }>('POST', path)).deployment.number;
  }

  async instances(app: string): Promise<Instance[]> {
    return (await this.#call<{ items: Instance[] }>('GET', `/v1/apps/${app}/instances`)).items;
  }

  async appId(app: string): Promise<string> {
    return (await this.#call<{ id: string }>('GET', `/v1/apps/${app}`)).id;
  }

  async apps(): Promise<unknown[]> {
    return (await this.#call<{ items: unknown[] }>('GET', '/v1/apps')).items;
  }

  /** null: Berth's default. */
  async setSleep(app: string, sleep: Record<string, unknown> | null): Promise<void> {
    await this.#call('PATCH', `/v1/apps/${app}`, { sleep });
  }

  /** Puts an app to sleep now, so deep. False while it may not: it is in use, or something is under way. */
  async sleep(app: string, tier: 'frozen' | 'stopped' = 'frozen'): Promise<boolean> {
    try {
      await this.#call('POST', `/v1/apps/${app}/sleep`, { tier });
      return true;
    } catch (error) {
      if (String(error).includes(' answered 409')) return false;
      throw error;
    }
  }

  async tier(app: string): Promise<string> {
    return (await this.#call<{ sleep: { tier: string } }>('GET', `/v1/apps/${app}`)).sleep.tier;
  }

  async remove(app: string): Promise<void> {
    await this.#call('DELETE', `/v1/apps/${app}`);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { domain, port, token } = this.#platform;
    for (;;) {
      const answer = await ask({
        port,
        host: `${domain}:${port}`,
        method,
        path,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (answer.status === 429) {
        await new Promise((resolve) =>
          setTimeout(resolve, 1_000 * Number(answer.headers['retry-after'] ?? 1)),
        );
        continue;
      }
      if (answer.status >= 300)
        throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.slice(0, 300)}`);
      return (answer.body === '' ? null : JSON.parse(answer.body)) as T;
    }
  }
}
