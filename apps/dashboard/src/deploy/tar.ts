const BLOCK = 512;
const encoder = new TextEncoder();

export interface TarEntry {
  /** Path inside the archive, with slashes. */
  path: string;
  size: number;
  executable: boolean;
  /** Seconds since 1970. */
  mtime: number;
}

/**
 * The header blocks of a file: ustar (POSIX.1-1988), with a pax record (POSIX.1-2001) before it when the path does not fit
 * or is not ASCII, or the file is larger than ustar can say.
 */
export function tarHeader(entry: TarEntry): Uint8Array<ArrayBuffer> {
  const path = encoder.encode(entry.path);
  const fits = path.length <= 100 && path.length === entry.path.length && entry.size < 0o77777777777;
  if (fits) return header(entry.path, entry.size, entry.mtime, entry.executable ? 0o755 : 0o644, '0');
  const records = encoder.encode(paxRecord('path', entry.path) + paxRecord('size', String(entry.size)));
  return joined([
    header('PaxHeader', records.length, entry.mtime, 0o644, 'x'),
    records,
    tarPadding(records.length),
    header(
      'long-name',
      Math.min(entry.size, 0o77777777777),
      entry.mtime,
      entry.executable ? 0o755 : 0o644,
      '0',
    ),
  ]);
}

/** Zeros from the end of `size` bytes to the next block. */
export function tarPadding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Two empty blocks end an archive. */
export function tarEnd(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(2 * BLOCK);
}

function header(
  name: string,
  size: number,
  mtime: number,
  mode: number,
  type: string,
): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, offset: number) => block.set(encoder.encode(text), offset);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  put(name, 0);
  put(`${octal(mode, 7)}\0`, 100);
  put(`${octal(0, 7)}\0`, 108);
  put(`${octal(0, 7)}\0`, 116);
  put(`${octal(size, 11)}\0`, 124);
  put(`${octal(Math.max(0, Math.floor(mtime)), 11)}\0`, 136);
  put(' '.repeat(8), 148);
  put(type, 156);
  put('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const bytes = encoder.encode(` ${key}=${value}\n`).length;
  let length = bytes + String(bytes).length;
  if (String(length).length > String(bytes).length) length = bytes + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
