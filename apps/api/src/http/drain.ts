import type { Server } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const LOOK_EVERY_MS = 50;
/** Requests that take longer are cut; what they asked for is in Postgres or was not accepted. */
const PATIENCE_MS = 20_000;

/**
 * Lets requests finish when the process ends, but not more: Node closes the connections that are idle when the server closes, and
 * would then wait for each of the others until its keep-alive runs out.
 */
@Injectable()
export class DrainConnections implements BeforeApplicationShutdown {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
    const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
    server.once('close', () => {
      clearInterval(idle);
      clearTimeout(patience);
    });
  }
}
