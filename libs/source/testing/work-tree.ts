import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A person's clone, for tests: real git with nothing of this machine's configuration. */
export class WorkTree {
  private constructor(readonly dir: string) {}

  static async create(files: Record<string, string | Buffer> = {}): Promise<WorkTree> {
    const tree = new WorkTree(await mkdtemp(join(tmpdir(), 'berth-work-')));
    await tree.git('init', '-q', '-b', 'main');
    if (Object.keys(files).length > 0) await tree.commit(files);
    return tree;
  }

  async write(files: Record<string, string | Buffer>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.dir, path)), { recursive: true });
      await writeFile(join(this.dir, path), content);
    }
  }

  async link(path: string, target: string): Promise<void> {
    await symlink(target, join(this.dir, path));
  }

  async executable(path: string): Promise<void> {
    await chmod(join(this.dir, path), 0o755);
  }

  /** Writes, adds all and commits; gives the commit's id. */
  async commit(files: Record<string, string | Buffer> = {}, message = 'Change'): Promise<string> {
    await this.write(files);
    await this.git('add', '-A', '-f');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  async git(...args: string[]): Promise<string> {
    const { stdout } = await run('git', args, { cwd: this.dir, env: this.env(), maxBuffer: 1 << 26 });
    return stdout;
  }

  /** Runs git whatever its end: exit code and all that a person would read. */
  async tryGit(...args: string[]): Promise<{ code: number; output: string }> {
    try {
      const { stdout, stderr } = await run('git', args, {
        cwd: this.dir,
        env: this.env(),
        maxBuffer: 1 << 26,
      });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
      return { code: typeof code === 'number' ? code : 1, output: `${stdout ?? ''}${stderr ?? ''}` };
    }
  }

  env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.dir,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      NO_PROXY: '127.0.0.1,localhost,.localhost',
    };
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }
}
