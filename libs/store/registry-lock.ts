import pg from 'pg';

/** Any number will do, as long as nothing else locks it (libs/store/events.ts has another). */
const REGISTRY_LOCK = 6_258_113;
/** An unused connection is given up after so long. */
const IDLE_MS = 30_000;

/**
 * Keeps pushes to the internal registry and the sweep of its blobs apart: distribution's storage has no lock of its own, and a push that finds
 * a layer there may lose it before its manifest names it. Pushes share the lock, a sweep has it alone. It is an advisory lock of Postgres on a
 * connection of its own, so it ends with the process that holds it.
 */
export class RegistryLock {
  #sharing: { client: pg.Client; lost: boolean } | null = null;
  #users = 0;
  #idle: NodeJS.Timeout | null = null;
  #opening: Promise<void> | null = null;

  constructor(private readonly url: string) {}

  /** Runs `work` while nobody sweeps. Rejects with the connection's error when the lock was lost meanwhile: push again then. */
  async share<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    if (this.#idle) clearTimeout(this.#idle);
    try {
      const held = await this.#held();
      await held.client.query('SELECT pg_advisory_lock_shared($1)', [REGISTRY_LOCK]);
      try {
        return await work();
      } finally {
        await held.client.query('SELECT pg_advisory_unlock_shared($1)', [REGISTRY_LOCK]);
      }
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }

  /**
   * Runs `work` alone, or returns null when somebody pushes now: a sweep never makes a push wait for another push. `held` says whether the lock
   * is still there.
   */
  async tryAlone<T>(work: (held: () => boolean) => Promise<T>): Promise<T | null> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    let lost = false;
    client.on('error', () => (lost = true));
    client.on('end', () => (lost = true));
    await client.connect();
    try {
      const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
        REGISTRY_LOCK,
      ]);
      return rows[0]?.taken ? await work(() => !lost) : null;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const held = this.#sharing;
    this.#sharing = null;
    await held?.client.end().catch(() => undefined);
  }

  async #held(): Promise<{ client: pg.Client; lost: boolean }> {
    if (this.#sharing === null || this.#sharing.lost) {
      this.#opening ??= this.#open().finally(() => (this.#opening = null));
      await this.#opening;
    }
    if (this.#sharing === null) throw new Error('The lock of the registry was given up.');
    return this.#sharing;
  }

  async #open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    const held = { client, lost: false };
    client.on('error', () => (held.lost = true));
    client.on('end', () => (held.lost = true));
    await client.connect();
    this.#sharing = held;
  }
}
