import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where tests put what the played Docker Hub has, in the registry behind it. */
export const hubShelf = 'it-upstream';

/** Docker Hub, played: a registry of ours under another address and other names, which can be broken in several ways. */
export class PlayedHub {
  /** What it does to a request instead of passing it on; null: nothing. */
  fault: 'garbage' | 'dies-in-layers' | 'other-bytes' | null = null;
  readonly asked: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param shelf where that registry keeps what is `library/…` here */
  static async open(registry: string, shelf = hubShelf): Promise<PlayedHub> {
    const [host, port] = registry.split(':');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const hub = new PlayedHub(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (incoming, outgoing) => {
      const path = (incoming.url ?? '').replace(/^\/v2\/library\//, `/v2/${shelf}/`);
      hub.asked.push(`${incoming.method} ${incoming.url}`);
      if (hub.fault === 'garbage') return void outgoing.end('<html>parked</html>');
      const isBlob = path.includes('/blobs/');
      request(
        { host, port, path, method: incoming.method, headers: { accept: incoming.headers.accept ?? '*/*' } },
        (answer) => {
          if (isBlob && hub.fault === 'dies-in-layers') {
            outgoing.writeHead(200, { 'content-length': answer.headers['content-length'] });
            answer.once('data', (chunk: Buffer) => {
              outgoing.write(chunk.subarray(0, chunk.length / 2));
              setImmediate(() => outgoing.destroy());
              answer.destroy();
            });
            return;
          }
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          if (!isBlob || hub.fault !== 'other-bytes') return void answer.pipe(outgoing);
          answer.on('data', (chunk: Buffer) => outgoing.write(chunk.map((byte) => byte ^ 1)));
          answer.on('end', () => outgoing.end());
        },
      ).end();
    });
    return hub;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
