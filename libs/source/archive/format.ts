import { BerthError } from '#libs/core/errors.js';

export type ArchiveFormat = 'tar.gz' | 'tar' | 'zip';

/** How many bytes from the start of a file `detectFormat` needs. */
export const MAGIC_BYTES = 512;

/**
 * The format by the file's first bytes; names and content types are only claims. Throws `archive_unknown` with what it looks
 * like instead, where that can be told.
 */
export function detectFormat(head: Uint8Array): ArchiveFormat {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'tar.gz';
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) return 'zip';
  if (isTarHeader(head)) return 'tar';
  const other = otherFormats.find(({ magic }) => magic.every((byte, index) => head[index] === byte));
  const what = head.length === 0 ? 'It is empty' : other ? `It is ${other.name}` : 'It is none of them';
  throw new BerthError('archive_unknown', `Send a .tar.gz, .tar or .zip archive. ${what}.`);
}

const otherFormats = [
  { name: 'a Zstandard file', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'an xz file', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: 'a bzip2 file', magic: [0x42, 0x5a, 0x68] },
  { name: 'a 7z file', magic: [0x37, 0x7a, 0xbc, 0xaf] },
  { name: 'a RAR file', magic: [0x52, 0x61, 0x72, 0x21] },
];

/** Old tars have no magic number, but every header carries its own checksum (bytes 148 to 155, octal). */
function isTarHeader(head: Uint8Array): boolean {
  if (head.length < 512) return false;
  let sum = 8 * 32;
  for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += head[i] ?? 0;
  const written = Buffer.from(head.subarray(148, 156)).toString('latin1').replace(/[\0 ]/g, '');
  return /^[0-7]+$/.test(written) && parseInt(written, 8) === sum;
}
