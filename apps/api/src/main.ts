import 'reflect-metadata';
import { KeptSockets } from '#libs/config/kept-sockets.js';
import { ENV } from '#libs/config/env.module.js';
import type { Env } from '#libs/config/env.js';
import { watchSupervisor } from '#libs/config/supervised.js';
import { createApp } from './create-app.js';

const app = await createApp();
const env = app.get<Env>(ENV);
await app.init();
const sockets = KeptSockets.own();
await sockets.listen(app.getHttpServer(), { host: '127.0.0.1', port: env.BERTH_API_PORT });
sockets.dropRest();
watchSupervisor(env);
