import { Body, Controller, Delete, Get, Inject, Patch, Post, Query, type Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentTeam, CurrentCaller, type Access } from '#libs/access/request.js';
import type { Ability } from '#libs/core/roles.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import {
  createdWebhook,
  deliveryPage,
  deliveryView,
  newWebhook,
  webhookChange,
  webhookList,
  webhookView,
  type CreatedWebhook,
  type DeliveryView,
  type NewWebhook,
  type WebhookChange,
  type WebhookList,
  type WebhookView,
} from '#libs/contracts/api/webhooks.js';
import type { WebhookPlace } from '#libs/store/webhooks.js';
import { Answers } from '../http/answers.js';
import { IdParam } from '../http/params.js';
import { Webhooks } from './webhooks.js';

/** Routes of webhooks below `path`, for whoever `can`: of a team, or of an app. */
function webhookRoutes(name: string, path: string, can: Ability, what: string): Type {
  @ApiTags('Webhooks')
  @Controller(path)
  class WebhookRoutes {
    constructor(@Inject(Webhooks) private readonly webhooks: Webhooks) {}

    @Get()
    @Can(can)
    @Answers(`List the webhooks of ${what}`, webhookList)
    list(@CurrentTeam() of: Access): Promise<WebhookList> {
      return this.webhooks.list(placeOf(of));
    }

    @Post()
    @Can(can)
    @Answers(
      `Have events of ${what} sent to an address; the secret that they are signed with is shown this once`,
      createdWebhook,
      201,
    )
    create(
      @CurrentTeam() of: Access,
      @CurrentCaller() caller: Caller,
      @Body({ schema: newWebhook }) webhook: NewWebhook,
    ): Promise<CreatedWebhook> {
      return this.webhooks.create(placeOf(of), caller, webhook);
    }

    @Patch(':webhook')
    @Can(can)
    @Answers(`Switch a webhook of ${what} on or off, or choose its events`, webhookView)
    change(
      @CurrentTeam() of: Access,
      @CurrentCaller() caller: Caller,
      @IdParam('webhook') id: string,
      @Body({ schema: webhookChange }) change: WebhookChange,
    ): Promise<WebhookView> {
      return this.webhooks.change(placeOf(of), caller, id, change);
    }

    @Delete(':webhook')
    @Can(can)
    @Answers(`Remove a webhook of ${what}`, null)
    remove(
      @CurrentTeam() of: Access,
      @CurrentCaller() caller: Caller,
      @IdParam('webhook') id: string,
    ): Promise<void> {
      return this.webhooks.remove(placeOf(of), caller, id);
    }

    @Post(':webhook/test')
    @Can(can)
    @Answers('Send a message that says nothing, to see whether it arrives', deliveryView, 202)
    test(
      @CurrentTeam() of: Access,
      @CurrentCaller() caller: Caller,
      @IdParam('webhook') id: string,
    ): Promise<DeliveryView> {
      return this.webhooks.test(placeOf(of), caller, id);
    }

    @Get(':webhook/deliveries')
    @Can(can)
    @Answers(`What was sent to a webhook of ${what}, newest first`, deliveryPage)
    deliveries(
      @CurrentTeam() of: Access,
      @IdParam('webhook') id: string,
      @Query({ schema: pageQuery }) query: PageQuery,
    ): Promise<Page<DeliveryView>> {
      return this.webhooks.deliveries(placeOf(of), id, query);
    }

    @Post(':webhook/deliveries/:delivery/replay')
    @Can(can)
    @Answers('Send a delivery again', deliveryView, 202)
    replay(
      @CurrentTeam() of: Access,
      @IdParam('webhook') id: string,
      @IdParam('delivery') delivery: string,
    ): Promise<DeliveryView> {
      return this.webhooks.replay(placeOf(of), id, delivery);
    }
  }
  Object.defineProperty(WebhookRoutes, 'name', { value: name });
  return WebhookRoutes;
}

export const TeamWebhooksController = webhookRoutes(
  'TeamWebhooksController',
  'v1/teams/:team/webhooks',
  'team.write',
  'a team',
);
export const AppWebhooksController = webhookRoutes(
  'AppWebhooksController',
  'v1/apps/:app/webhooks',
  'app.write',
  'an app',
);

function placeOf({ team, app }: Access): WebhookPlace {
  return { teamId: team.id, appId: app?.id ?? null };
}
