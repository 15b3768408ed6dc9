import { createConnection } from 'node:net';

export interface RedisFacts {
  version: string | null;
  /** Names that its clients gave themselves. */
  clients: string[];
}

/** Longer answers than this are no answer: thousands of clients. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Asks Redis what it is and who is connected, over a connection of its own. Throws when it does not answer in time. */
export function askRedis(url: string, patienceMs: number): Promise<RedisFacts> {
  const { hostname, port, username, password } = new URL(url);
  const auth = [username, password].filter((part) => part !== '').map(decodeURIComponent);
  const commands = [...(auth.length > 0 ? [['AUTH', ...auth]] : []), ['INFO', 'server'], ['CLIENT', 'LIST']];
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = createConnection({ host: hostname, port: Number(port || 6379) });
    const timer = setTimeout(
      () => socket.destroy(new Error(`Did not answer within ${patienceMs} ms.`)),
      patienceMs,
    );
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write([...commands, ['QUIT']].map(encoded).join('')));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > MOST_BYTES) socket.destroy(new Error('Its answer has no end.'));
    });
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      const refusal = /^-(.*)$/m.exec(text)?.[1];
      if (refusal !== undefined) reject(new Error(refusal.trim()));
      else if (text === '') reject(new Error('It answered nothing.'));
      else resolve(read(text));
    });
  });
}

/** RESP: no character of a word can be taken for a command. */
function encoded(words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

function read(text: string): RedisFacts {
  return {
    version: /^redis_version:(\S+)/m.exec(text)?.[1] ?? null,
    clients: [...text.matchAll(/^id=\d+ .*? name=(\S+)/gm)].flatMap(([, name]) => name ?? []),
  };
}
