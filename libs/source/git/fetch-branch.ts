import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '#libs/core/errors.js';
import { basicOf } from '#libs/outbound/credentials.js';
import { runGit } from './command.js';
import { OWN_REFS, readRef } from './refs.js';

/** What was fetched last, so that the next fetch brings only what is new. */
const fetchedRef = `${OWN_REFS}/fetched`;
const timeoutMs = 10 * 60_000;
const measureEveryMs = 250;

/** A branch's name as Berth takes it: a part of what git does, and never an option. */
export function isBranchName(name: string): boolean {
  return (
    name.length <= 200 &&
    /^[A-Za-z0-9_][A-Za-z0-9._/-]*$/.test(name) &&
    !/\.\.|\/\/|\/\.|\.(?:\/|$)|\/$|\.lock(?:\/|$)/.test(name)
  );
}

export interface RemoteBranch {
  /** `http:` or `https:`; user and password are taken out of it and never shown to git's argument list. */
  url: URL;
  branch: string;
  /** Where the host of the URL is to be looked for, and nowhere else. */
  addresses: readonly string[];
  maxBytes: number;
  signal: AbortSignal;
}

/**
 * Fetches a branch of somebody else's server into a repository and returns its commit. One protocol, one host at addresses that were
 * checked, no redirect to another, no prompt, no hooks, bounded in time and size; objects are checked as those of a push are. Throws
 * `fetch_failed`, `fetch_too_large`, `branch_missing`.
 */
export async function fetchBranch(gitDir: string, remote: RemoteBranch): Promise<string> {
  if (!['http:', 'https:'].includes(remote.url.protocol))
    throw new BerthError('fetch_failed', `Berth fetches by https and http, not by ${remote.url.protocol}`);
  if (!isBranchName(remote.branch)) throw new BerthError('bad_ref', 'This is not the name of a branch.');
  const tooLarge = new AbortController();
  const measure = setInterval(() => {
    void growing(gitDir).then((bytes) => {
      if (bytes > remote.maxBytes) tooLarge.abort();
    });
  }, measureEveryMs);
  try {
    await runGit(
      [
        'fetch',
        ...[
          '--quiet',
          '--no-tags',
          '--no-write-fetch-head',
          '--no-recurse-submodules',
          '--no-auto-maintenance',
        ],
        ...['--', withoutSecrets(remote.url), `+refs/heads/${remote.branch}:${fetchedRef}`],
      ],
      {
        gitDir,
        settings: fetchSettings(remote),
        env: { GIT_ALLOW_PROTOCOL: remote.url.protocol.slice(0, -1) },
        timeoutMs,
        signal: AbortSignal.any([remote.signal, tooLarge.signal]),
      },
    );
  } catch (error) {
    throw fetchError(error, remote, tooLarge.signal.aborted);
  } finally {
    clearInterval(measure);
  }
  const commit = await readRef(gitDir, fetchedRef);
  if (commit === null) throw new BerthError('fetch_failed', 'git fetched nothing.');
  return commit;
}

function fetchSettings({ url, addresses }: RemoteBranch): Record<string, string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const pinned = addresses.map((address) => (address.includes(':') ? `[${address}]` : address)).join(',');
  const basic = basicOf(url);
  return {
    // The name means what was checked, whatever it says now.
    'http.curloptResolve': `${host}:${port}:${pinned}`,
    // Also keeps git from following the alternates that a plain web server names.
    'http.followRedirects': 'false',
    'http.proxy': '',
    'http.lowSpeedLimit': '1000',
    'http.lowSpeedTime': '30',
    ...(basic !== null && { 'http.extraHeader': `Authorization: ${basic}` }),
    'fetch.fsckObjects': 'true',
    ...Object.fromEntries(oldMistakes.map((mistake) => [`fetch.fsck.${mistake}`, 'ignore'])),
  };
}

/** Those of git tools that a push may carry too. */
const oldMistakes = [
  'zeroPaddedFilemode',
  'missingSpaceBeforeDate',
  'badTimezone',
  'missingNameBeforeEmail',
  'missingEmail',
];

function withoutSecrets(url: URL): string {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
}

/** Bytes of packs that are being received. */
async function growing(gitDir: string): Promise<number> {
  const folder = join(gitDir, 'objects', 'pack');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('tmp_pack_'));
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
  return sizes.reduce((sum, one) => sum + (one?.size ?? 0), 0);
}

function fetchError(cause: unknown, { branch, url, maxBytes }: RemoteBranch, tooLarge: boolean): unknown {
  if (tooLarge) {
    const most = Math.round(maxBytes / 1024 / 1024);
    return new BerthError('fetch_too_large', `The branch is larger than ${most} MiB, the limit of a push.`, {
      cause,
    });
  }
  if (!(cause instanceof BerthError) || cause.code !== 'git_failed') return cause;
  if (/couldn't find remote ref/i.test(cause.message))
    return new BerthError('branch_missing', `${url.host} has no branch ${branch} there. Check its name.`, {
      cause,
    });
  const words = cause.message.replace(/^git fetch failed: /, '').slice(0, 400);
  return new BerthError(
    'fetch_failed',
    `git could not fetch from ${url.host}: ${words}. Check the address, and for a private repository the token in it.`,
    { cause },
  );
}
