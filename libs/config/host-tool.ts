import { execFile } from 'node:child_process';

const patienceMs = 10_000;
/** What is found there is for root, and not in everybody's path. */
const sbin = '/usr/sbin:/sbin';

/** Runs one of the host's own tools (nft, ip) without a shell; `input` is its stdin. Gives what it printed; rejects with what it complained of, and after 10 s. */
export function runHostTool(command: string, args: string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${sbin}` };
    // A table of rules is longer than what execFile takes by itself.
    const options = { timeout: patienceMs, env, maxBuffer: Infinity };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim().slice(0, 500) || error.message;
      reject(new Error(`${command} ended with ${error.code ?? error.signal}: ${said}`, { cause: error }));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
