import { nodeChildProcess } from '../node-modules.js';

/** Runs git in a folder; null when it fails, is not there, or this is no repository. */
export function git(cwd: string, ...args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    nodeChildProcess().execFile(
      'git',
      args,
      {
        cwd,
        timeout: 10_000,
        maxBuffer: 16 << 20,
        // Whatever the repository is configured with, asking it things must not start anything.
        env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      },
      (error, stdout) => resolve(error ? null : stdout),
    );
  });
}

/** Name of the app that a remote's URL belongs to, or null when it is not this platform's. */
export function appOfRemote(remote: string, platform: string): string | null {
  if (!URL.canParse(remote)) return null;
  const url = new URL(remote);
  if (url.host !== new URL(platform).host) return null;
  return /^\/git\/([a-z][a-z0-9-]{1,39})\.git\/?$/.exec(url.pathname)?.[1] ?? null;
}

/** Apps that this folder's git remotes point at: the remote called `berth` alone if it is one, else all. */
export async function appsOfFolder(cwd: string, platform: string): Promise<string[]> {
  const listed = await git(cwd, 'remote', '-v');
  const remotes = new Map<string, string>();
  for (const line of (listed ?? '').split('\n')) {
    const [, name, url] = /^(\S+)\t(\S+) \(push\)$/.exec(line) ?? [];
    const app = url === undefined ? null : appOfRemote(url, platform);
    if (name !== undefined && app !== null) remotes.set(name, app);
  }
  const own = remotes.get('berth');
  return own !== undefined ? [own] : [...new Set(remotes.values())];
}
