import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import { originFor, readEnv } from '#libs/config/env.js';
import { AppModule } from './app.module.js';
import { dashboardFiles } from './dashboard/dashboard-files.js';
import { docsPages } from './docs/docs-pages.js';
import { serveOpenApi } from './docs/openapi.js';
import { securityHeaders } from './http/headers.js';
import { jsonBody } from './http/json-body.js';
import { noStore } from './http/no-store.js';
import { serveWebSockets } from './terminals/web-sockets.js';
import { nestLog, openLog } from './log.js';

/** The whole HTTP application, ready to listen. */
export async function createApp(): Promise<NestExpressApplication> {
  const env = readEnv();
  const app = await NestFactory.create<NestExpressApplication>(AppModule, new ExpressAdapter(), {
    bodyParser: false,
    logger: nestLog(openLog(env)),
    abortOnError: false,
  });
  // Traefik on this machine says who the visitor is; nobody else is believed.
  app.set('trust proxy', 'loopback');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  const apps = originFor(env, `*.${env.BERTH_APPS_DOMAIN}`);
  app.use(securityHeaders({ https: env.BERTH_PUBLIC_SCHEME === 'https', apps }));
  app.use(docsPages());
  app.use(dashboardFiles());
  app.use('/v1', noStore, cookieParser(), jsonBody());
  serveOpenApi(app);
  limitTimes(app.getHttpServer() as Server);
  serveWebSockets(app);
  app.enableShutdownHooks();
  return app;
}

/**
 * Headers must come quickly, bodies may take their time: an upload over a slow line lasts long, and what it may hold is bounded
 * where it is read. Traefik keeps idle connections for a shorter time than we do, so that it never writes to one that we close.
 */
function limitTimes(server: Server): void {
  server.headersTimeout = 20_000;
  server.requestTimeout = 0;
  server.keepAliveTimeout = 95_000;
}
