import type { AppView } from '#libs/contracts/api/apps.js';
import { shellQuote } from '../env-file/parse.js';
import type { Context } from '../frame/context.js';
import { Failure, usage } from '../frame/failure.js';
import { nodeChildProcess, nodeUtil } from '../node-modules.js';
import { git } from './git.js';

/** Points a git remote of this folder at an app, and git's question for a password at berth. Gives the remote's name. */
export async function connectFolder(
  context: Context,
  app: AppView,
  options: { remote?: string; 'no-credentials'?: boolean },
): Promise<string> {
  const { cwd, settings } = context;
  const remote = options.remote ?? 'berth';
  if (!/^[A-Za-z0-9][\w.-]{0,60}$/.test(remote)) throw usage(`"${remote}" is not a name for a git remote.`);
  if ((await git(cwd, 'rev-parse', '--git-dir')) === null)
    throw new Failure('This folder is no git repository (or git is not installed).', {
      todo: 'Make it one with `git init`, or deploy without git: `berth deploy`.',
    });
  const known = (await git(cwd, 'remote'))?.split('\n').includes(remote);
  await change(cwd, 'remote', known ? 'set-url' : 'add', remote, app.gitUrl);
  if (!options['no-credentials']) await useCredentials(cwd, settings.url);
  return remote;
}

/** For this platform alone, and before any helper that would keep the token in a place of its own. */
async function useCredentials(cwd: string, platform: string): Promise<void> {
  const key = `credential.${platform}.helper`;
  const self = process.argv[1];
  if (self === undefined) return;
  // git hands what follows "!" to a shell: both paths are quoted for it.
  const helper = `!${shellQuote(process.execPath)} ${shellQuote(self)} git-credential`;
  await change(cwd, 'config', '--local', '--replace-all', key, '');
  await change(cwd, 'config', '--local', '--add', key, helper);
}

async function change(cwd: string, ...args: string[]): Promise<void> {
  try {
    await nodeUtil().promisify(nodeChildProcess().execFile)('git', args, { cwd, timeout: 10_000 });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new Failure(`git ${args[0]} failed.`, { why: stderr?.trim() || (cause as Error).message, cause });
  }
}
