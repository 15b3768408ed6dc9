import { readdir, readlink, rename, rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RouteTable } from '#libs/contracts/edge.js';
import { askControl, type ControlAnswer } from '#apps/activator/src/control-client.js';

/**
 * Processes of the same edge. Each has a socket of its own, `activator-<pid>.sock`; `activator.sock` is a link to the
 * newest one's. Two live at once only while one takes over from the other.
 */
export class Siblings {
  readonly own: string;
  readonly link: string;
  readonly #runDir: string;
  readonly #timeoutMs: number;

  constructor(runDir: string, pid: number, timeoutMs: number) {
    this.#runDir = runDir;
    this.#timeoutMs = timeoutMs;
    this.own = join(runDir, `activator-${pid}.sock`);
    this.link = join(runDir, 'activator.sock');
  }

  /** Sends a table to every other process. false when one of them neither took it nor is gone. */
  async relay(table: RouteTable): Promise<boolean> {
    const answers = await this.#ask({ method: 'PUT', path: '/table', body: table });
    // 409: it has a newer one already.
    return answers.every((answer) => answer !== null && (answer.status === 200 || answer.status === 409));
  }

  /** The bodies that the other processes answer with; silent ones are left out. */
  async get(path: '/stats' | '/table' | '/healthz'): Promise<unknown[]> {
    const answers = await this.#ask({ method: 'GET', path });
    return answers.flatMap((answer) => (answer?.status === 200 ? [answer.body] : []));
  }

  /** Makes `activator.sock` lead here: a link made beside and renamed, so that it never leads nowhere. */
  async takeLink(): Promise<void> {
    const beside = `${this.link}.${process.pid}`;
    await rm(beside, { force: true });
    await symlink(this.own, beside);
    await rename(beside, this.link);
  }

  /** Takes the link away if it still leads here. */
  async dropLink(): Promise<void> {
    const target = await readlink(this.link).catch(() => null);
    if (target === this.own) await unlink(this.link).catch(() => undefined);
  }

  async #ask(ask: {
    method: 'GET' | 'PUT';
    path: string;
    body?: unknown;
  }): Promise<(ControlAnswer | null)[]> {
    const asked = (await this.#others()).map(async (path) => {
      try {
        return [await askControl(path, { ...ask, fromSibling: true }, this.#timeoutMs)];
      } catch (error) {
        if (!isGone(error)) return [null];
        if (!isAlive(path)) await unlink(path).catch(() => undefined);
        return [];
      }
    });
    return (await Promise.all(asked)).flat();
  }

  async #others(): Promise<string[]> {
    const names = await readdir(this.#runDir);
    return names
      .filter((name) => /^activator-\d+\.sock$/.test(name))
      .map((name) => join(this.#runDir, name))
      .filter((path) => path !== this.own);
  }
}

/** Nobody listens behind the socket file: its process was killed. */
function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET';
}

/** Is there a process with the pid in the socket's name? A sibling that is just starting has a file but no ear yet. */
function isAlive(path: string): boolean {
  const pid = Number(/-(\d+)\.sock$/.exec(path)?.[1]);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
