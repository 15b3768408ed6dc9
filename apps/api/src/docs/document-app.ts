import 'reflect-metadata';
import { Global, Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { SELF_DECLARED_DEPS_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { controllersOf } from '#libs/access/routes.js';
import { ENV } from '#libs/config/env.module.js';
import { AppModule } from '../app.module.js';

@Global()
@Module({})
class Blanks {}

@Module({})
class DocumentModule {}

/**
 * The api's controllers with nothing behind them: enough to read their routes, without a database or any other part. What they
 * inject is blank, so it can answer no request.
 */
export async function documentApp(): Promise<NestExpressApplication> {
  const controllers = [...controllersOf(AppModule)];
  const tokens = new Set<InjectionToken>([ENV]);
  for (const controller of controllers) for (const { param } of dependenciesOf(controller)) tokens.add(param);
  const blanks: DynamicModule = {
    module: Blanks,
    providers: [...tokens].map((provide) => ({ provide, useValue: {} })),
    exports: [...tokens],
  };
  const root: DynamicModule = { module: DocumentModule, imports: [blanks], controllers };
  return NestFactory.create<NestExpressApplication>(root, { logger: ['error'], abortOnError: false });
}

function dependenciesOf(controller: object): { param: InjectionToken }[] {
  return (Reflect.getMetadata(SELF_DECLARED_DEPS_METADATA, controller) as { param: InjectionToken }[]) ?? [];
}
