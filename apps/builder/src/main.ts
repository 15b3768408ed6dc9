import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readEnv } from '#libs/config/env.js';
import { announceReady } from '#libs/config/ready.js';
import { watchSupervisor } from '#libs/config/supervised.js';
import { BuilderModule } from './builder.module.js';

/** The build worker: no port of its own, only the queue, Postgres, the Engine and the registry. */
const app = await NestFactory.createApplicationContext(BuilderModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
const env = readEnv();
await announceReady(env, 'builder');
watchSupervisor(env);
