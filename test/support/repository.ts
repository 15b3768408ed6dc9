import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { platformHost, port, token } from './berth.js';

export interface PushResult {
  /** 0 when git calls the push a success. */
  code: number;
  /** What the person sees, `remote:` lines included. */
  output: string;
}

/** A work tree with real git, pushing to the platform under test as a user does. */
export class Repository {
  private constructor(
    readonly dir: string,
    readonly app: string,
  ) {}

  static async create(app: string, files: Record<string, string>): Promise<Repository> {
    const dir = await mkdtemp(join(tmpdir(), 'berth-push-'));
    const repository = new Repository(dir, app);
    await repository.git('init', '-q', '-b', 'main');
    await repository.git('remote', 'add', 'berth', `http://${platformHost}/git/${app}.git`);
    await repository.commit(files, 'First commit');
    return repository;
  }

  async commit(files: Record<string, string>, message = 'Change'): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.dir, path)), { recursive: true });
      await writeFile(join(this.dir, path), content);
    }
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
  }

  /** `git push berth <args>`; never throws for a refused push. */
  push(...args: string[]): Promise<PushResult> {
    return this.run(['push', 'berth', ...(args.length > 0 ? args : ['main'])]);
  }

  async git(...args: string[]): Promise<string> {
    const result = await this.run(args);
    if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.output}`);
    return result.output;
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }

  private run(args: string[]): Promise<PushResult> {
    const credentials = Buffer.from(`test:${token()}`).toString('base64');
    return new Promise((resolve) => {
      execFile(
        'git',
        args,
        {
          cwd: this.dir,
          maxBuffer: 64 << 20,
          env: {
            PATH: process.env.PATH,
            HOME: this.dir,
            GIT_TERMINAL_PROMPT: '0',
            GIT_AUTHOR_NAME: 'Tester',
            GIT_AUTHOR_EMAIL: 'tester@example.org',
            GIT_COMMITTER_NAME: 'Tester',
            GIT_COMMITTER_EMAIL: 'tester@example.org',
            GIT_CONFIG_COUNT: '1',
            GIT_CONFIG_KEY_0: `http.http://${platformHost}/.extraHeader`,
            GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
            // git resolves *.localhost by itself; a proxy of the machine must not see loopback traffic.
            NO_PROXY: `localhost,.localhost,127.0.0.1:${port}`,
          },
        },
        (error, stdout, stderr) =>
          resolve({
            code: error ? (typeof error.code === 'number' ? error.code : 1) : 0,
            output: stdout + stderr,
          }),
      );
    });
  }
}
