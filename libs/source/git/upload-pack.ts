import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BerthError } from '#libs/core/errors.js';
import { exitOf, spawnGit, stopGit } from './command.js';
import { encodePacket, FLUSH } from './pkt-line.js';
import { receiveSettings } from './receive-pack.js';

export type GitService = 'git-upload-pack' | 'git-receive-pack';

const fetchSettings: Record<string, string> = {
  'transfer.hideRefs': 'refs/berth',
  'uploadpack.allowFilter': 'true',
};

/** `Git-Protocol` as a client may send it; anything else is taken for no wish. */
function protocolEnv(header: string | undefined): Record<string, string> {
  return header !== undefined && /^version=[12](?::[a-z0-9=.-]{1,100})?$/.test(header)
    ? { GIT_PROTOCOL: header }
    : {};
}

/** Writes the answer to `info/refs`: what the repository has, and what its server can do. */
export async function advertise(wanted: {
  service: GitService;
  gitDir: string;
  maxPushBytes: number;
  protocol: string | undefined;
  to: Writable;
  signal: AbortSignal;
}): Promise<void> {
  const receives = wanted.service === 'git-receive-pack';
  // Pushes know one version only; the service line belongs to the old ones.
  const env = receives ? {} : protocolEnv(wanted.protocol);
  if (!env.GIT_PROTOCOL?.startsWith('version=2'))
    wanted.to.write(Buffer.concat([encodePacket(`# service=${wanted.service}\n`), FLUSH]));
  const child = spawnGit(
    [receives ? 'receive-pack' : 'upload-pack', '--stateless-rpc', '--advertise-refs', wanted.gitDir],
    {
      gitDir: wanted.gitDir,
      settings: receives ? receiveSettings(wanted.maxPushBytes) : fetchSettings,
      env,
      signal: wanted.signal,
    },
  );
  child.stdin.end();
  child.stderr.resume();
  const ended = exitOf(child);
  ended.catch(() => undefined);
  try {
    await pipeline(child.stdout, wanted.to);
    await ended;
  } finally {
    stopGit(child);
  }
}

/** Answers one request of a fetch or clone, streaming both ways. */
export async function uploadPack(wanted: {
  gitDir: string;
  protocol: string | undefined;
  from: Readable;
  to: Writable;
  signal: AbortSignal;
}): Promise<void> {
  const child = spawnGit(['upload-pack', '--stateless-rpc', wanted.gitDir], {
    gitDir: wanted.gitDir,
    settings: fetchSettings,
    env: protocolEnv(wanted.protocol),
    signal: wanted.signal,
  });
  child.stderr.resume();
  const ended = exitOf(child);
  ended.catch(() => undefined);
  try {
    const sent = pipeline(child.stdout, wanted.to);
    sent.catch(() => undefined);
    await pipeline(wanted.from, child.stdin).catch((error: NodeJS.ErrnoException) => {
      // git may end before it has read all: a client that needs nothing.
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
    await sent;
    await ended;
  } catch (cause) {
    if (cause instanceof BerthError) throw cause;
    throw new BerthError('git_failed', 'The fetch broke off; try again.', { cause });
  } finally {
    stopGit(child);
  }
}
