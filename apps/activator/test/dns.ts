import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** A question as a resolver library sends it. */
export function question(name: string, type = 1, id = randomInt(0x10000)): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2);
  header.writeUInt16BE(1, 4);
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const tail = Buffer.alloc(5);
  tail.writeUInt16BE(type, 1);
  tail.writeUInt16BE(1, 3);
  return Buffer.concat([header, ...labels, tail]);
}

export interface Reply {
  id: number;
  code: number;
  answers: number;
  /** Of a message that ends in one A record. */
  address: string;
}

export function read(message: Buffer): Reply {
  return {
    id: message.readUInt16BE(0),
    code: message.readUInt16BE(2) & 0xf,
    answers: message.readUInt16BE(6),
    address: [...message.subarray(-4)].join('.'),
  };
}

/** Asks by UDP, from an address of this machine. Null when nobody answers within `ms`. */
export function askUdp(
  message: Buffer,
  to: { address: string; port: number },
  from: string,
  ms = 2_000,
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer: Buffer | null): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), ms);
    socket.on('message', end);
    socket.on('error', () => end(null));
    socket.bind(0, from, () => socket.send(message, to.port, to.address));
  });
}

/** Writes bytes to a TCP port and gives all that comes back until the other side closes or `enough` bytes are there. */
export function askTcp(
  bytes: Buffer,
  to: { address: string; port: number },
  from: string,
  enough = Infinity,
): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connect({ host: to.address, port: to.port, localAddress: from });
    let seen: Buffer = Buffer.alloc(0);
    const end = (): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.on('error', end);
    socket.on('close', end);
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (seen.length >= enough) end();
    });
    socket.write(bytes);
  });
}
