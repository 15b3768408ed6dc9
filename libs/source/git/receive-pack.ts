import { BerthError } from '#libs/core/errors.js';
import { exitOf, spawnGit, stopGit, type GitProcess } from './command.js';
import { PacketDecoder } from './pkt-line.js';
import { parsePushResult, type PushResult } from './push-result.js';

/**
 * Settings of a repository that receives: checks what comes in, hides Berth's own refs, never deletes the branch that it
 * deploys. Some old mistakes of git tools are let through, as the large hosts do: real projects carry them in their history
 * (requests, flask and underscore do) and their authors can do nothing about it.
 */
export function receiveSettings(maxBytes: number): Record<string, string> {
  return {
    'transfer.hideRefs': 'refs/berth',
    'receive.fsckObjects': 'true',
    'receive.fsck.zeroPaddedFilemode': 'ignore',
    'receive.fsck.missingSpaceBeforeDate': 'ignore',
    'receive.fsck.badTimezone': 'ignore',
    'receive.fsck.missingNameBeforeEmail': 'ignore',
    'receive.fsck.missingEmail': 'ignore',
    'receive.advertiseAtomic': 'true',
    'receive.advertisePushOptions': 'true',
    'receive.denyDeleteCurrent': 'refuse',
    'receive.denyNonFastForwards': 'false',
    'receive.denyDeletes': 'false',
    'receive.autogc': 'false',
    'receive.updateServerInfo': 'false',
    'receive.keepAlive': '5',
    'receive.maxInputSize': String(maxBytes),
  };
}

/** The report of a push of 20,000 refs with long names fits. */
const REPORT_MAX = 4 * 1024 * 1024;
const LET_GO_MS = 10_000;

/**
 * Runs `git receive-pack` on a push whose commands have been read. `head` and `rest` are the request; `onProgress` gets git's own
 * messages (the payload of sideband 2, or 3) as they come. Nothing of the report reaches the client from here. Gives
 * null when git made none: the client wants none, or git died.
 */
export async function receivePack(push: {
  gitDir: string;
  head: Buffer;
  rest: AsyncIterator<Buffer>;
  sideband: boolean;
  maxBytes: number;
  signal: AbortSignal;
  /** The whole request has been read. */
  onTaken: () => void;
  onProgress: (text: Buffer) => Promise<void>;
}): Promise<PushResult | null> {
  const child = spawnGit(['receive-pack', '--stateless-rpc', push.gitDir], {
    gitDir: push.gitDir,
    settings: receiveSettings(push.maxBytes),
    signal: push.signal,
  });
  child.stderr.resume();
  const ended = exitOf(child);
  let refused = false;
  // What git says about a push that was cut off would only hide why it was.
  const tell = async (text: Buffer): Promise<void> => (refused ? undefined : push.onProgress(text));
  const report = push.sideband ? readSideband(child, tell) : readPlain(child);
  // Whichever fails first is told; the others end because the process is stopped.
  for (const one of [ended, report]) one.catch(() => undefined);
  try {
    await feed(child, push.head, push.rest);
    push.onTaken();
    const [bytes] = await Promise.all([report, ended]);
    return parsePushResult(bytes);
  } catch (error) {
    refused = true;
    await letGo(child, ended);
    throw error;
  }
}

/**
 * Ends a receive-pack whose push will not be taken. Given an end instead of a signal it takes away what it had stored so far; a
 * signal would race with the children that still write there.
 */
async function letGo(child: GitProcess, ended: Promise<unknown>): Promise<void> {
  child.stdin.destroy();
  child.stdout.resume();
  const timer = setTimeout(() => stopGit(child), LET_GO_MS);
  await ended.catch(() => undefined);
  clearTimeout(timer);
}

/** Hands the request to git as fast as git takes it; once git has ended, what is left is read and dropped. */
async function feed(child: GitProcess, head: Buffer, rest: AsyncIterator<Buffer>): Promise<void> {
  const { stdin } = child;
  let open = true;
  stdin.once('close', () => (open = false));
  await write(head);
  for (let part = await rest.next(); !part.done; part = await rest.next()) await write(part.value);
  stdin.end();

  async function write(chunk: Buffer): Promise<void> {
    if (!open || stdin.destroyed || stdin.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        stdin.off('drain', go);
        stdin.off('close', go);
        resolve();
      };
      stdin.once('drain', go);
      stdin.once('close', go);
    });
  }
}

/** Passes bands 2 and 3 on, gathers band 1: the report, itself pkt-lines, cut anywhere. */
async function readSideband(child: GitProcess, onProgress: (text: Buffer) => Promise<void>): Promise<Buffer> {
  const decoder = new PacketDecoder();
  const report: Buffer[] = [];
  let length = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    decoder.push(chunk);
    for (let packet = decoder.next(); packet; packet = decoder.next()) {
      if (packet.kind !== 'data' || packet.data.length === 0) continue;
      const band = packet.data[0];
      const payload = packet.data.subarray(1);
      if (band === 1) {
        length += payload.length;
        if (length > REPORT_MAX) throw new BerthError('git_failed', 'git reported too much about the push.');
        report.push(payload);
      } else if (payload.length > 0) await onProgress(payload);
    }
  }
  return Buffer.concat(report);
}

async function readPlain(child: GitProcess): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > REPORT_MAX) throw new BerthError('git_failed', 'git reported too much about the push.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
