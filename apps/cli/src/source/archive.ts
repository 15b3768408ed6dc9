import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { usage } from '../frame/failure.js';

const types: readonly (readonly [RegExp, string])[] = [
  [/\.(tar\.gz|tgz)$/i, 'application/gzip'],
  [/\.tar$/i, 'application/x-tar'],
  [/\.zip$/i, 'application/zip'],
];

/** Content type of an archive by its name, or null when it is none that the platform takes. */
export function archiveType(name: string): string | null {
  return types.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** An archive of a person's own, sent as it is. */
export async function openArchive(path: string): Promise<{ body: Readable; bytes: number; type: string }> {
  const type = archiveType(path);
  if (type === null) throw usage(`${path} is neither a folder nor a .tar.gz, .tar or .zip archive.`);
  return { body: createReadStream(path), bytes: (await stat(path)).size, type };
}
