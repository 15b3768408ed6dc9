import type { DockerClient } from './client.js';
import { ownNetworkRuntime } from './own-network.js';

interface Facts {
  /** Folder of its images and containers. */
  root: string;
  /** Path of the runtime whose containers have their network from Berth; null where it has none. */
  ownRuntime: string | null;
}

/** What an Engine says of itself that stays as it is. It is asked once: it runs programs to answer. */
export class EngineFacts {
  #asked: Promise<Facts> | null = null;

  constructor(private readonly client: DockerClient) {}

  get(): Promise<Facts> {
    this.#asked ??= this.#ask().catch((error: unknown) => {
      this.#asked = null;
      throw error;
    });
    return this.#asked;
  }

  async #ask(): Promise<Facts> {
    const info: { DockerRootDir: string; Runtimes?: Record<string, { path?: string }> } =
      await this.client.must('describe itself', (docker) => docker.info());
    return { root: info.DockerRootDir, ownRuntime: info.Runtimes?.[ownNetworkRuntime]?.path ?? null };
  }
}
