import { createServer, connect } from 'node:net';
import { randomInt } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Can this address be listened on? Gives the error's code when not. */
export function bindProblem(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code ?? 'EADDRINUSE'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/**
 * A free loopback port below the ephemeral range, so that no outgoing connection takes it while we are stopped.
 * @param {Set<number>} [taken] ports that are promised already
 */
export async function freePort(taken = new Set()) {
  for (let tries = 0; tries < 200; tries++) {
    const port = randomInt(20_000, 32_000);
    if (!taken.has(port) && (await bindProblem(port)) === null) return port;
  }
  throw new Error('No free port between 20000 and 32000 on loopback.');
}

/** Name and pid of the process that listens on a TCP port, where /proc tells; null otherwise. */
export function listenerOf(port) {
  const inodes = new Set();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let lines;
    try {
      lines = readFileSync(file, 'utf8').split('\n').slice(1);
    } catch {
      continue;
    }
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === '0A' && parseInt(fields[1].split(':')[1], 16) === port)
        inodes.add(`socket:[${fields[9]}]`);
    }
  }
  if (inodes.size === 0) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        if (inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`))) {
          return { pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
        }
      }
    } catch {
      // another user's process, or gone
    }
  }
  return null;
}

/**
 * Sends bytes over TCP and gives the first chunk that comes back.
 * @param {{ port: number, host?: string, send?: Buffer | string, timeoutMs?: number }} options
 * @returns {Promise<Buffer>}
 */
export function ask({ port, host = '127.0.0.1', send, timeoutMs = 2000 }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host });
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(new Error(`No answer from ${host}:${port} in ${timeoutMs} ms.`)),
    );
    socket.once('connect', () => send && socket.write(send));
    socket.once('data', (chunk) => {
      resolve(chunk);
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${host}:${port} closed the connection.`)));
  });
}
