import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readEnv } from '#libs/config/env.js';
import { announceReady } from '#libs/config/ready.js';
import { watchSupervisor } from '#libs/config/supervised.js';
import { RuntimeModule } from './runtime.module.js';

/** The runtime of this host: no port of its own, only the queue, Postgres, the Engine, the edge and its control socket. */
const app = await NestFactory.createApplicationContext(RuntimeModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
const env = readEnv();
await announceReady(env, 'runtime');
watchSupervisor(env);
