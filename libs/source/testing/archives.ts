import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';

/** An entry of a test's archive, with anything in it that an attacker may write. */
export interface TestEntry {
  name: string;
  content?: string | Buffer;
  mode?: number;
  type?: Header['type'];
  linkname?: string;
  pax?: Record<string, string>;
}

/** A tar of these entries. */
export async function tarOf(entries: TestEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content = '', mode = 0o644, type = 'file', linkname, pax } of entries) {
    const bytes = Buffer.from(content);
    tar.entry(
      { name, mode, type, linkname, pax, size: bytes.length } as Partial<Header> & { name: string },
      bytes,
    );
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function tarGzOf(entries: TestEntry[]): Promise<Buffer> {
  return gzipSync(await tarOf(entries));
}

/** One 512-byte tar header, its checksum right, every field as given: what no well-meaning tool writes. */
export function rawTarHeader(fields: {
  name: string;
  typeflag: string;
  size?: number;
  linkname?: string;
}): Buffer {
  const block = Buffer.alloc(512);
  block.write(fields.name, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${(fields.size ?? 0).toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(fields.typeflag, 156, 1);
  block.write(fields.linkname ?? '', 157, 100);
  block.write('ustar\0' + '00', 257);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export const tarEnd = Buffer.alloc(1024);

export interface TestZipEntry {
  name: string | Buffer;
  content?: string | Buffer;
  /** Unix mode with type bits. */
  mode?: number;
  flags?: number;
  method?: number;
  /** Sizes and sum as the directory claims them. */
  claims?: { size?: number; crc?: number };
}

/** A zip written by hand, so that it can lie. */
export function zipOf(entries: TestZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, flags = 0x800, method = 8, claims = {} } of entries) {
    const nameBytes = Buffer.from(name);
    const bytes = Buffer.from(content);
    const data = method === 8 ? deflateRawSync(bytes) : bytes;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(claims.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(claims.size ?? bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, nameBytes, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, nameBytes]));
    files.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, list, end]);
}
