import { Body, Controller, Delete, Get, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentCaller, CurrentTeam, type Access } from '#libs/access/request.js';
import { hashSecret, newSessionSecret } from '#libs/access/secrets.js';
import { platformUrl, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  invitationList,
  madeInvitation,
  newInvitation,
  type InvitationList,
  type InvitationView,
  type MadeInvitation,
  type NewInvitation,
} from '#libs/contracts/api/invitations.js';
import type { Role } from '#libs/core/roles.js';
import type { Db } from '#libs/store/db.js';
import {
  createInvitation,
  listInvitations,
  withdrawInvitation,
  type Invitation,
} from '#libs/store/invitations.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { IdParam } from '../http/params.js';

/** Links by which people join a team. */
@ApiTags('Members')
@Controller('v1/teams/:team/invitations')
export class InvitationsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get()
  @Can('member.read')
  @Answers('List a team’s open invitations', invitationList)
  async list(@CurrentTeam() { team }: Access): Promise<InvitationList> {
    return { items: (await listInvitations(this.db, team.id)).map(invitationViewOf) };
  }

  @Post()
  @Can('member.write')
  @Answers('Invite somebody: gives a link that is good once, for seven days', madeInvitation, 201)
  async create(
    @CurrentTeam() { team }: Access,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newInvitation }) { email, role }: NewInvitation,
  ): Promise<MadeInvitation> {
    const secret = newSessionSecret();
    const wanted = { teamId: team.id, email, role, secretHash: hashSecret(secret) };
    const invitation = await createInvitation(this.db, wanted, actorOf(caller));
    return {
      invitation: invitationViewOf(invitation),
      url: `${platformUrl(this.env)}/invitation#${secret}`,
    };
  }

  @Delete(':invitationId')
  @Can('member.write')
  @Answers('Withdraw an invitation', null)
  withdraw(
    @CurrentTeam() { team }: Access,
    @CurrentCaller() caller: Caller,
    @IdParam('invitationId') id: string,
  ): Promise<void> {
    return withdrawInvitation(this.db, { teamId: team.id, id }, actorOf(caller));
  }
}

function invitationViewOf({ id, email, role, createdBy, createdAt, expiresAt }: Invitation): InvitationView {
  return {
    ...{ id, email, role: role as Role, createdBy },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
