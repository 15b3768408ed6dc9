import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { AccessGuard } from '#libs/access/access.guard.js';
import { AccessModule } from '#libs/access/access.module.js';
import { EnvModule } from '#libs/config/env.module.js';
import { JobsModule } from '#libs/jobs/jobs.module.js';
import { StoreModule } from '#libs/store/store.module.js';
import { AddOnsController } from './addons/addons.controller.js';
import { AttachmentsController } from './addons/attachments.controller.js';
import { AppsController } from './apps/apps.controller.js';
import { BuildsController } from './builds/builds.controller.js';
import { ConfigController } from './config/config.controller.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { DeploymentStreamController } from './deployments/deployment-stream.controller.js';
import { DeploymentsController } from './deployments/deployments.controller.js';
import { DiskController } from './disk/disk.controller.js';
import { DomainsController } from './domains/domains.controller.js';
import { VolumesController } from './volumes/volumes.controller.js';
import { DrainsController } from './drains/drains.controller.js';
import { EventsController } from './events/events.controller.js';
import { GitModule } from './git/git.module.js';
import { ExamplesController } from './examples/examples.controller.js';
import { ExplainController } from './explain/explain.controller.js';
import { Housekeeping } from './housekeeping.js';
import { DrainConnections } from './http/drain.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { ProblemFilter } from './http/problem.filter.js';
import { SchemaPipe } from './http/schema.pipe.js';
import { RateGuard, throttling } from './http/throttle.js';
import { InstancesController } from './instances/instances.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { LiveModule } from './live/live.module.js';
import { LogModule } from './log.module.js';
import { LogsController } from './logs/logs.controller.js';
import { LoginsController } from './logins/logins.controller.js';
import { InvitationsController } from './members/invitations.controller.js';
import { InvitedController } from './members/invited.controller.js';
import { MembersController } from './members/members.controller.js';
import { MetaController } from './meta/meta.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { PasswordGuard } from './session/password.guard.js';
import { PlanModule } from './plan/plan.module.js';
import { MirrorsController } from './platform/mirrors.controller.js';
import { RegistryController } from './registry/registry.controller.js';
import { RegistryDoor } from './registry/registry-door.js';
import { PlatformController } from './platform/platform.controller.js';
import { StacksController } from './platform/stacks.controller.js';
import { ReleaseDiffer } from './releases/diff/release-differ.js';
import { ReleasesController } from './releases/releases.controller.js';
import { FramingController } from './apps/framing.controller.js';
import { PreviewsController } from './apps/previews.controller.js';
import { SplitController } from './releases/split.controller.js';
import { SessionController } from './session/session.controller.js';
import { QuotaController } from './teams/quota.controller.js';
import { TeamsController } from './teams/teams.controller.js';
import { OneOffsController } from './terminals/one-offs.controller.js';
import { TerminalSessions } from './terminals/terminal-sessions.js';
import { ExecController } from './terminals/exec.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { UploadsModule } from './uploads/uploads.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The api: every noun's controller, and what stands before and behind all of them. */
@Module({
  imports: [
    EnvModule,
    LogModule,
    StoreModule,
    JobsModule,
    AccessModule,
    LiveModule,
    GitModule,
    UploadsModule,
    PlanModule,
    WebhooksModule,
    ConnectionsModule,
    ThrottlerModule.forRoot(throttling),
  ],
  controllers: [
    MetaController,
    SessionController,
    TokensController,
    LoginsController,
    TeamsController,
    QuotaController,
    MembersController,
    InvitationsController,
    InvitedController,
    AppsController,
    ConfigController,
    AddOnsController,
    AttachmentsController,
    DeploymentsController,
    DeploymentStreamController,
    BuildsController,
    ReleasesController,
    SplitController,
    FramingController,
    PreviewsController,
    InstancesController,
    MetricsController,
    ExecController,
    OneOffsController,
    JobsController,
    DomainsController,
    VolumesController,
    EventsController,
    LogsController,
    DrainsController,
    ExamplesController,
    ExplainController,
    PlatformController,
    DiskController,
    RegistryController,
    MirrorsController,
    StacksController,
  ],
  providers: [
    Housekeeping,
    ReleaseDiffer,
    DrainConnections,
    PasswordGuard,
    TerminalSessions,
    RegistryDoor,
    // In this order: too many, who, once, well-formed; and whatever is thrown ends as problem details.
    { provide: APP_GUARD, useClass: RateGuard },
    { provide: APP_GUARD, useExisting: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_PIPE, useClass: SchemaPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AppModule {}
