import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readEnv } from '#libs/config/env.js';
import { announceReady } from '#libs/config/ready.js';
import { RuntimeModule } from './runtime.module.js';

/** The runtime of this host: no port of its own, only the queue, Postgres, the Engine, the edge and its control socket. */
const app = await NestFactory.createApplicationContext(RuntimeModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await announceReady(readEnv(), 'runtime');
