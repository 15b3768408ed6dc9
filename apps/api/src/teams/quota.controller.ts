import { Body, Controller, Get, Inject, Param, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { AdminOnly, Can } from '#libs/access/declaration.js';
import { CurrentCaller, CurrentTeam, type Access } from '#libs/access/request.js';
import { quotaChange, quotaView, type QuotaChange, type QuotaView } from '#libs/contracts/quota.js';
import { BerthError } from '#libs/core/errors.js';
import { quotaKeys } from '#libs/core/quota.js';
import type { Db } from '#libs/store/db.js';
import { changeQuota, teamQuota, teamQuotaUse } from '#libs/store/quota.js';
import { DB } from '#libs/store/store.module.js';
import { teamBySlug } from '#libs/store/teams.js';
import { Answers } from '../http/answers.js';

/** What a team may have at most: seen by its members, set by administrators. */
@ApiTags('Teams')
@Controller('v1/teams/:team/quota')
export class QuotaController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get()
  @Can('team.read')
  @Answers('A team’s quota, and what it has of it', quotaView)
  show(@CurrentTeam() { team }: Access): Promise<QuotaView> {
    return this.view(team.id);
  }

  @Patch()
  @AdminOnly()
  @Answers('Set a team’s quota (administrators); what is over it keeps running and cannot grow', quotaView)
  async change(
    @Param('team') slug: string,
    @CurrentCaller() caller: Caller,
    @Body({ schema: quotaChange }) body: QuotaChange,
  ): Promise<QuotaView> {
    const team = await teamBySlug(this.db, slug);
    if (team === null) throw new BerthError('team_not_found', 'There is no such team.');
    await changeQuota(this.db, team.id, body, actorOf(caller));
    return this.view(team.id);
  }

  private async view(teamId: string): Promise<QuotaView> {
    const [{ limits, set }, used] = await Promise.all([
      teamQuota(this.db, teamId),
      teamQuotaUse(this.db, teamId),
    ]);
    return { limits, set: quotaKeys.filter((key) => set[key] !== undefined), used };
  }
}
