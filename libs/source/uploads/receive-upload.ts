import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';
import { CountingSink } from '../archive/content-store.js';
import type { ArchiveFormat } from '../archive/format.js';
import { unpack, type Unpacked } from '../archive/unpack.js';
import { keepUpload, partPath } from './upload-store.js';

export interface ReceivedUpload {
  format: ArchiveFormat;
  /** Of the archive as it was sent. */
  sha256: string;
  sizeBytes: bigint;
  files: number;
}

/**
 * Streams an archive to disk, hashing; checks every entry of it; then gives it its name. Whatever goes wrong, nothing of it is left.
 * Memory does not grow with the archive; its size is the caller's to limit. Throws what `body` or `unpack` throws, or `disk_full`.
 */
export async function receiveUpload(wanted: {
  home: string;
  sourceId: string;
  body: AsyncIterable<Uint8Array>;
  /** Waits for a turn to check the archive, which takes a core; gives what ends the turn. */
  takeTurn: () => Promise<() => void>;
  /** Ends the check. */
  signal?: AbortSignal;
}): Promise<ReceivedUpload> {
  const part = await partPath(wanted.home, wanted.sourceId);
  try {
    const { sha256, bytes } = await writePart(part, wanted.body);
    const { format, entries } = await check(part, wanted);
    await keepUpload(wanted.home, wanted.sourceId);
    return { format, sha256, sizeBytes: BigInt(bytes), files: entries.length };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function check(
  part: string,
  { takeTurn, signal }: Pick<Parameters<typeof receiveUpload>[0], 'takeTurn' | 'signal'>,
): Promise<Unpacked> {
  const endTurn = await takeTurn();
  try {
    return await unpack(part, new CountingSink(), { signal });
  } finally {
    endTurn();
  }
}

async function writePart(
  part: string,
  body: AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; bytes: number }> {
  const file = await open(part, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      await file.writeFile(chunk);
      bytes += chunk.byteLength;
    }
    await file.sync();
    return { sha256: hash.digest('hex'), bytes };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
    throw new BerthError('disk_full', 'The platform has no room to store the archive; tell who runs it.', {
      cause,
    });
  } finally {
    await file.close();
  }
}
