import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { advertise, uploadPack } from '../git/upload-pack.js';

/** Somebody else's git server, for tests: one repository, at an address of this machine. */
export class GitServer {
  readonly asked: { url: string; authorization: string | undefined }[] = [];
  /** Answers in place of git; true where it did. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;

  private constructor(
    private readonly server: Server,
    readonly url: URL,
  ) {}

  /** @param workTree folder of a clone */
  static async open(workTree: string, address = '127.0.0.1'): Promise<GitServer> {
    const gitDir = join(workTree, '.git');
    const server = createServer((request, response) => {
      opened.asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
      if (opened.instead?.(request, response)) return;
      serve(gitDir, request, response).catch(() => response.destroy());
    });
    await once(server.listen(0, address), 'listening');
    const { port } = server.address() as AddressInfo;
    const opened = new GitServer(server, new URL(`http://${address}:${port}/team/repo.git`));
    return opened;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function serve(gitDir: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const header = request.headers['git-protocol'];
  const protocol = typeof header === 'string' ? header : undefined;
  const signal = AbortSignal.timeout(60_000);
  if (request.url === '/team/repo.git/info/refs?service=git-upload-pack') {
    response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
    const wish = { service: 'git-upload-pack' as const, gitDir, maxPushBytes: 0, protocol };
    return advertise({ ...wish, to: response, signal });
  }
  if (request.method !== 'POST') return void response.writeHead(404).end();
  response.setHeader('content-type', 'application/x-git-upload-pack-result');
  await uploadPack({ gitDir, protocol, from: request, to: response, signal });
}
