import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { BerthError } from '#libs/core/errors.js';
import { CountingSink } from '../archive/content-store.js';
import type { ArchiveFormat } from '../archive/format.js';
import { unpack } from '../archive/unpack.js';
import { keepUpload, partPath } from './upload-store.js';

export interface ReceivedUpload {
  format: ArchiveFormat;
  /** Of the archive as it was sent. */
  sha256: string;
  sizeBytes: bigint;
  files: number;
}

const IDLE_MS = 60_000;

/**
 * Streams an archive to disk, counting and hashing; checks every entry of it; then gives it its name. Whatever goes wrong, nothing
 * of it is left. Memory does not grow with the archive. Throws `upload_too_large`, `upload_stalled`, `upload_broken_off` or what
 * `unpack` throws.
 */
export async function receiveUpload(wanted: {
  home: string;
  sourceId: string;
  body: Readable;
  maxBytes: number;
  signal?: AbortSignal;
  idleMs?: number;
}): Promise<ReceivedUpload> {
  const part = await partPath(wanted.home, wanted.sourceId);
  try {
    const { sha256, bytes } = await writePart(part, wanted);
    const { format, entries } = await unpack(part, new CountingSink(), { signal: wanted.signal });
    await keepUpload(wanted.home, wanted.sourceId);
    return { format, sha256, sizeBytes: BigInt(bytes), files: entries.length };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function writePart(
  part: string,
  { body, maxBytes, signal, idleMs = IDLE_MS }: Parameters<typeof receiveUpload>[0],
): Promise<{ sha256: string; bytes: number }> {
  const file = await open(part, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  const idle = setTimeout(() => body.destroy(stalled(idleMs)), idleMs);
  const stop = () => body.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      idle.refresh();
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    return { sha256: hash.digest('hex'), bytes };
  } catch (cause) {
    if (cause instanceof BerthError) throw cause;
    signal?.throwIfAborted();
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new BerthError('disk_full', 'The platform has no room to store the archive; tell who runs it.', {
        cause,
      });
    throw new BerthError('upload_broken_off', 'The upload broke off before its end; send it again.', {
      cause,
    });
  } finally {
    clearTimeout(idle);
    signal?.removeEventListener('abort', stop);
    await file.close();
  }
}

/** Throws `upload_too_large` right away when the sender announces too much. */
export function assertAnnounced(contentLength: string | undefined, maxBytes: number): void {
  if (contentLength !== undefined && Number(contentLength) > maxBytes) throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): BerthError {
  return new BerthError(
    'upload_too_large',
    `The archive is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB, the limit of this platform (BERTH_MAX_UPLOAD_MB). Leave out what can be fetched or built, such as node_modules.`,
    { details: { maxBytes } },
  );
}

function stalled(idleMs: number): BerthError {
  return new BerthError(
    'upload_stalled',
    `No data came for ${idleMs / 1000} s; the upload was given up. Send it again.`,
  );
}
