import { describe, expect, it } from 'vitest';
import { parseSockets, readSockets } from './proc-net.js';

const header =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

describe('sockets of a container', () => {
  it('reads listening and established sockets of both families', () => {
    const v4 = `${header}   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n   1: 0200400A:0BB8 0100400A:D431 01 00000000:00000000 00:00000000 00000000     0        0 2\n   2: 0200400A:0BB8 0100400A:D432 06 0:0 0:0 0 0 0 3\n`;
    const v6 = `${header}   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 0 0 0 0 0 4\n   1: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 0 0 0 0 0 5\n   2: 0000000000000000FFFF00000200400A:0BB8 0000000000000000FFFF00000100400A:D433 01 0 0 0 0 0 6\n`;
    expect(parseSockets([v4, v6])).toEqual({
      listening: [
        { address: '127.0.0.1', port: 8080 },
        { address: '::', port: 3000 },
        { address: '::1', port: 8081 },
      ],
      established: [
        { localPort: 3000, remoteAddress: '10.64.0.1' },
        { localPort: 3000, remoteAddress: '10.64.0.1' },
      ],
    });
  });

  it('says null for a process that is gone', async () => {
    expect(await readSockets(2 ** 30)).toBeNull();
  });
});
