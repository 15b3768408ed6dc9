import { Writable } from 'node:stream';
import { Failure, usage } from '../frame/failure.js';
import { nodeReadline } from '../node-modules.js';
import type { Ui } from './ui.js';

/** A secret from a pipe may not be longer than this. */
const PIPE_MAX = 64 * 1024;

/** Asks a person for a line. Throws when nobody can answer, saying which option does instead. */
export function ask(
  ui: Ui,
  question: string,
  options: { hidden?: boolean; otherwise?: string; instead: string },
): Promise<string> {
  if (!ui.asks) throw usage(`${question} is not known, and there is nobody to ask.`, options.instead);
  const hint = options.otherwise === undefined ? '' : ` [${options.otherwise}]`;
  const prompt = `${ui.err.bold(question)}${hint}: `;
  // What is typed is echoed by readline through its output: for a secret that output goes nowhere.
  const output = options.hidden
    ? new Writable({ write: (_chunk, _encoding, done) => done() })
    : process.stderr;
  const lines = nodeReadline().createInterface({
    input: ui.stdin,
    output,
    terminal: true,
    historySize: 0,
    prompt,
  });
  // Asked only now that the terminal itself echoes nothing any more.
  if (options.hidden) process.stderr.write(prompt);
  else lines.prompt();
  return new Promise<string>((resolve, reject) => {
    const unanswered = (): void => reject(usage(`${question} was not answered.`, options.instead));
    lines.once('close', unanswered);
    const end = (): void => {
      // This one alone: readline has a listener of its own there, which ends its hold on what is typed next.
      lines.removeListener('close', unanswered);
      lines.close();
      if (options.hidden) process.stderr.write('\n');
    };
    lines.once('SIGINT', () => {
      end();
      reject(new Failure('Nothing was done.', { exit: 'interrupted' }));
    });
    lines.once('line', (line) => {
      end();
      resolve(line.trim() || (options.otherwise ?? ''));
    });
  });
}

/** Yes or no; `--yes` answers for programs. */
export async function confirm(ui: Ui, question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const answer = await ask(ui, `${question} (y/N)`, { instead: 'Say yes beforehand with --yes.' });
  if (!/^(y|yes)$/i.test(answer))
    throw new Failure('Nothing was done.', { exit: 'failed', code: 'declined' });
}

/** All of standard input, for secrets and lists that come by a pipe. */
export async function readPipe(ui: Ui, max = PIPE_MAX): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of ui.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > max) throw usage(`What came by standard input is longer than ${max} bytes.`);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}
