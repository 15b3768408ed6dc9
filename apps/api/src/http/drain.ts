import type { Server } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const LOOK_EVERY_MS = 50;
/** Who connected in the last moment has its request on the way: connections that say nothing are left open for so long. */
const COMING_MS = 1_000;
/** Requests that take longer are cut; what they asked for is in Postgres or was not accepted. */
const PATIENCE_MS = 20_000;

/**
 * Lets requests finish when the process ends, but not more: Node closes the connections that are idle when the server closes, and
 * would then wait for each of the others until its keep-alive runs out. One that was opened in advance and has said nothing yet counts as busy for Node.
 */
@Injectable()
export class DrainConnections implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly open = new Set<Socket>();

  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    this.server.on('connection', (socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  /** From the first: who calls now waits in the kept socket for the next process, instead of being told that this one ends. */
  onModuleDestroy(): void {
    // http.Server's own close() would close idle connections as well.
    TcpServer.prototype.close.call(this.server);
  }

  beforeApplicationShutdown(): void {
    const { server } = this;
    const silentFrom = performance.now() + COMING_MS;
    const idle = setInterval(() => {
      if (performance.now() < silentFrom) return;
      server.closeIdleConnections();
      for (const socket of this.open) if (socket.bytesRead === 0) socket.destroy();
    }, LOOK_EVERY_MS);
    const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
    server.once('close', () => {
      clearInterval(idle);
      clearTimeout(patience);
    });
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}
