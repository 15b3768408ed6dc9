import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Platform } from '#bench/platform.js';

const run = promisify(execFile);

/** A working copy that pushes to the platform, or to a bare repository on disk for comparison. */
export class Repository {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Repository> {
    const repository = new Repository(await mkdtemp(join(tmpdir(), 'berth-bench-')));
    await repository.#git(['init', '--quiet', '--initial-branch=main']);
    return repository;
  }

  /** Writes the files and commits them; an equal tree makes an empty commit. */
  async commit(files: Record<string, string>, message: string): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), content);
    }
    await this.#git(['add', '--all']);
    await this.#git(['commit', '--quiet', '--allow-empty', `--message=${message}`]);
  }

  /**
   * `git push` as a user runs it; resolves when it ends, with what it said. `force`: whatever an earlier run left goes. `onText`: is called with each part
   * of that as it comes.
   */
  async push(
    platform: Platform,
    app: string,
    force = false,
    onText: (text: string) => void = () => undefined,
  ): Promise<string> {
    const url = `http://${platform.domain}:${platform.port}/git/${app}.git`;
    const basic = Buffer.from(`berth:${platform.token}`).toString('base64');
    const settings = {
      'http.extraHeader': `Authorization: Basic ${basic}`,
      'http.curloptResolve': `${platform.domain}:${platform.port}:127.0.0.1`,
      'http.proxy': '',
    };
    return this.#git(['push', ...(force ? ['--force'] : []), url, 'main'], settings, onText);
  }

  /** `git push` to a bare repository on the same disk. */
  async pushTo(bare: string): Promise<void> {
    await this.#git(['push', '--quiet', bare, 'main']);
  }

  async bareClone(): Promise<string> {
    const bare = join(this.folder, '.git', 'bench-bare.git');
    await this.#git(['init', '--quiet', '--bare', bare]);
    return bare;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Settings travel in the environment: a token in argv would show in the list of processes. */
  async #git(
    args: string[],
    settings: Record<string, string> = {},
    onText: (text: string) => void = () => undefined,
  ): Promise<string> {
    const all = Object.entries({
      'user.name': 'Bench',
      'user.email': 'bench@localhost',
      'gc.auto': '0',
      ...settings,
    });
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: String(all.length),
    };
    all.forEach(([key, value], index) => {
      env[`GIT_CONFIG_KEY_${index}`] = key;
      env[`GIT_CONFIG_VALUE_${index}`] = value;
    });
    const running = run('git', args, { cwd: this.folder, env, maxBuffer: 16 * 1024 * 1024 });
    running.child.stderr?.on('data', onText);
    return (await running).stderr;
  }
}
