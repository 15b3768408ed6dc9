import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { shellQuote } from '#apps/cli/src/env-file/parse.js';
import { waitFor } from '#libs/core/wait.js';
import { containers, engine } from './berth.js';
import { binary, oldestNode, type Person } from './cli.js';

const run = promisify(execFile);
const patience = { timeoutMs: 30_000, everyMs: 50 };

/** Command lines of all that runs in this copy's containers, as the Engine's host sees it. */
export async function processes(): Promise<string> {
  const running = (await containers({ 'berth.kind': 'instance' })).filter(({ State }) => State === 'running');
  // One that ends meanwhile has none.
  const top = ({ Id }: { Id: string }) =>
    engine('GET', `/containers/${Id}/top?ps_args=-eo%20pid,args`).catch(() => '');
  return (await Promise.all(running.map(top))).join('\n');
}

/** The command in a real pseudo-terminal of 100 columns, whose size and keys the test has in its hands. */
export class Terminal {
  screen = '';
  readonly ended: Promise<number>;
  private seen = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly ttyFile: string,
  ) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.screen += text));
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  }

  static open(me: Person, args: string[]): Terminal {
    return Terminal.run(me, [oldestNode, binary, ...args]);
  }

  /** Another program, such as a shell. */
  static run(me: Person, words: string[], env: Record<string, string> = {}): Terminal {
    const ttyFile = join(me.home, `tty-${randomBytes(3).toString('hex')}`);
    const line = `tty > ${shellQuote(ttyFile)}; stty cols 100 rows 40; exec ${words.map(shellQuote).join(' ')}`;
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      cwd: me.home,
      env: { ...me.env(env), SHELL: '/bin/sh' },
      timeout: 60_000,
    });
    return new Terminal(child, ttyFile);
  }

  /** Waits until something new stands on the screen. */
  async shows(what: RegExp): Promise<string> {
    const found = await waitFor(
      `${what} on the screen:\n${this.screen}`,
      () => what.exec(this.screen.slice(this.seen)),
      patience,
    );
    this.seen += found.index + found[0].length;
    return found[0];
  }

  type(keys: string): void {
    this.child.stdin!.write(keys);
  }

  /** Closes the window: the kernel then hangs up on whatever runs in it. (`script` itself may have been told to ignore a hang-up.) */
  close(): void {
    this.child.kill('SIGKILL');
  }

  async resize(columns: number, rows: number): Promise<void> {
    const tty = (await readFile(this.ttyFile, 'utf8')).trim();
    await run('stty', ['-F', tty, 'cols', String(columns), 'rows', String(rows)]);
  }
}
