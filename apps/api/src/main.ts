import 'reflect-metadata';
import { ENV } from '#libs/config/env.module.js';
import type { Env } from '#libs/config/env.js';
import { createApp } from './create-app.js';

const app = await createApp();
const { BERTH_API_PORT } = app.get<Env>(ENV);
await app.listen(BERTH_API_PORT, '127.0.0.1');
