import 'reflect-metadata';
import { ENV } from '#libs/config/env.module.js';
import type { Env } from '#libs/config/env.js';
import { watchSupervisor } from '#libs/config/supervised.js';
import { createApp } from './create-app.js';

const app = await createApp();
const env = app.get<Env>(ENV);
await app.listen(env.BERTH_API_PORT, '127.0.0.1');
watchSupervisor(env);
