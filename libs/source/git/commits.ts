import { BerthError } from '#libs/core/errors.js';
import { runGit } from './command.js';
import { isOid } from './refs.js';

export interface CommitInfo {
  /** First line of the message, at most 200 characters. */
  message: string;
  /** `Name <address>`, at most 200 characters. */
  author: string;
}

/** Is there a commit of this id in the repository? */
export async function hasCommit(gitDir: string, commit: string): Promise<boolean> {
  if (!isOid(commit)) return false;
  const { code } = await runGit(['cat-file', '-e', `${commit}^{commit}`], { gitDir, accept: [1, 128] });
  return code === 0;
}

/** What people want to read about a commit. Text of a stranger: control characters are taken out. */
export async function readCommit(gitDir: string, commit: string): Promise<CommitInfo> {
  if (!isOid(commit)) throw new BerthError('bad_commit', 'This is not a full commit id.');
  const { stdout } = await runGit(
    ['log', '-1', '--no-color', '--encoding=UTF-8', '--format=%s%x00%an <%ae>', commit, '--'],
    { gitDir },
  );
  const [message = '', author = ''] = stdout.toString().split('\0');
  return { message: plain(message), author: plain(author) };
}

/** Does the commit count on other repositories, which Berth does not fetch? */
export async function hasSubmodules(gitDir: string, commit: string): Promise<boolean> {
  if (!isOid(commit)) throw new BerthError('bad_commit', 'This is not a full commit id.');
  return (await runGit(['ls-tree', commit, '.gitmodules'], { gitDir })).stdout.length > 0;
}

function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return [...line].slice(0, 200).join('');
}
