import { Global, Inject, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { FailedSignIns } from './failed-sign-ins.js';
import { declarationProblems, routesOf } from './routes.js';
import { BearerStrategy } from './strategies/bearer.js';
import { LocalStrategy } from './strategies/local.js';
import { SessionStrategy } from './strategies/session.js';

/** Strategies and the guard. Does not start while a route lacks its declaration. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    BearerStrategy,
    LocalStrategy,
    SessionStrategy,
    { provide: FailedSignIns, useFactory: () => new FailedSignIns() },
    AccessGuard,
  ],
  exports: [AccessGuard, FailedSignIns],
})
export class AccessModule implements OnModuleInit {
  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const controllers = this.discovery.getControllers().map(({ metatype }) => metatype as Type);
    const problems = declarationProblems(routesOf(controllers));
    if (problems.length > 0) throw new Error(problems.join(' '));
  }
}
