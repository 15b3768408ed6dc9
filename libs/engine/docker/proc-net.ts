import { readFile } from 'node:fs/promises';
import type { ContainerSockets } from '../port.js';

const established = '01';
const listen = '0A';

/** Reads `/proc/<pid>/net/tcp{,6}`: the sockets of that process's network namespace. null when the process is gone. */
export async function readSockets(pid: number, proc = '/proc'): Promise<ContainerSockets | null> {
  try {
    const [v4, v6] = await Promise.all([
      readFile(`${proc}/${pid}/net/tcp`, 'utf8'),
      readFile(`${proc}/${pid}/net/tcp6`, 'utf8').catch(() => ''),
    ]);
    return parseSockets([v4, v6]);
  } catch {
    return null;
  }
}

/** The container's interface beside loopback, e.g. eth0. */
export async function interfaceOf(pid: number): Promise<string | null> {
  const table = await readFile(`/proc/${pid}/net/dev`, 'utf8').catch(() => '');
  const names = table
    .split('\n')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim() ?? '');
  return (
    names.find((name) => name !== '' && !/^(lo|tunl|sit|gre|erspan|ip_vti|ip6|dummy)/.test(name)) ?? null
  );
}

/** Parses the kernel's tables (proc(5)): hexadecimal `address:port`, state in the fourth column. */
export function parseSockets(tables: string[]): ContainerSockets {
  const sockets: ContainerSockets = { listening: [], established: [] };
  for (const row of tables.flatMap((table) => table.split('\n').slice(1))) {
    const [, local, remote, state] = row.trim().split(/\s+/);
    if (local === undefined || remote === undefined) continue;
    if (state === listen) sockets.listening.push(parseEndpoint(local));
    if (state === established) {
      sockets.established.push({
        localPort: parseEndpoint(local).port,
        remoteAddress: parseEndpoint(remote).address,
      });
    }
  }
  return sockets;
}

/** `0100007F:1F90` is 127.0.0.1 port 8080: each 32-bit word is in the host's (little-endian) order. */
function parseEndpoint(hex: string): { address: string; port: number } {
  const [address = '', port = '0'] = hex.split(':');
  const bytes = [];
  for (let word = 0; word < address.length; word += 8) {
    for (let byte = 6; byte >= 0; byte -= 2)
      bytes.push(Number.parseInt(address.slice(word + byte, word + byte + 2), 16));
  }
  return { address: bytes.length === 4 ? bytes.join('.') : formatV6(bytes), port: Number.parseInt(port, 16) };
}

function formatV6(bytes: number[]): string {
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return bytes.slice(12).join('.');
  const groups = [];
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  // The two addresses that callers ask for, in their usual spelling; others need no shortening.
  const text = groups.join(':');
  if (text === '0:0:0:0:0:0:0:0') return '::';
  return text === '0:0:0:0:0:0:0:1' ? '::1' : text;
}
